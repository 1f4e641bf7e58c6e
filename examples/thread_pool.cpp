// A thread pool with futures over a synchronous transport: one client, used by all threads at once.
#include <novu/novu.hpp>
#include <novu/testing/fake_novu.hpp>
#include <novu/testing/serve.hpp>
#include <novu/transport/beast.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

/// Runs what it is given on its threads; its end waits for all of it.
class thread_pool {
public:
    explicit thread_pool(int threads) {
        for (int i = 0; i != threads; ++i) threads_.emplace_back([this] { work(); });
    }
    ~thread_pool() {
        {
            std::lock_guard lock{mutex_};
            ending_ = true;
        }
        changed_.notify_all();
        for (std::thread& each : threads_) each.join();
    }
    template <class F> auto run(F f) {
        auto const task = std::make_shared<std::packaged_task<std::invoke_result_t<F&>()>>(std::move(f));
        {
            std::lock_guard lock{mutex_};
            waiting_.push_back([task] { (*task)(); });
        }
        changed_.notify_one();
        return task->get_future();
    }

private:
    void work() {
        for (std::unique_lock lock{mutex_};;) {
            changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            auto const next = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            next();
            lock.lock();
        }
    }

    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::deque<std::function<void()>> waiting_{};
    bool ending_{false};
    std::vector<std::thread> threads_{};
};

int main() {
    novu::testing::fake_novu fake;
    novu::testing::serve server{fake};
    novu::client const client{novu::beast_transport{}, {.secret_key = "test-secret-key", .server = server.url()}};
    thread_pool pool{4};

    std::vector<std::future<novu::result<novu::response<novu::workflow>>>> created;
    for (int i = 0; i != 20; ++i)
        created.push_back(pool.run([&client, id = "import-" + std::to_string(i)] {
            return client.workflows.create({.name = "Imported", .workflow_id = id, .steps = {novu::sms_step{.name = "Text"}}});
        }));
    int worked = 0;
    for (auto& each : created) worked += each.get().has_value();

    std::cout << worked << " created, at most 4 connections: " << (server.connections() <= 4 ? "yes" : "no") << '\n';
    return 0;
}
