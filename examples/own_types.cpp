// JSON for types of one's own: describe the members once, and they can be written, read and rendered.
#include <novu/json/fields.hpp>
#include <novu/json/open_enum.hpp>
#include <novu/json/read.hpp>
#include <novu/json/write.hpp>

#include <boost/describe.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>
#include <string>
#include <vector>

namespace shop {

enum class size { small_, large };
BOOST_DESCRIBE_ENUM(size, small_, large)

struct item {
    novu::required<std::string> name;             // must be given, and must be there when read
    std::optional<int> quantity{};                // may be absent
    novu::open_enum<size> size_{size::small_};    // keeps a text it does not know
};
BOOST_DESCRIBE_STRUCT(item, (), (name, quantity, size_))

struct order {
    std::string id{};
    std::vector<item> items{};
    novu::nullable<std::string> gift_note{};      // absent, null, or a value
    boost::json::object extra{};                  // whatever else comes
    static constexpr novu::json::annotation json_members[] = {novu::json::named("id", "_id")};
};
BOOST_DESCRIBE_STRUCT(order, (), (id, items, gift_note, extra))

} // namespace shop

int main() {
    shop::order const mine{.id = "A-1001", .items = {{.name = "Lamp", .quantity = 2}, {.name = "Bulb"}}, .gift_note = nullptr};
    std::cout << *novu::json::write(mine) << '\n';

    auto theirs = novu::json::read<shop::order>(R"({"_id":"A-1002","items":[{"name":"Chair","size":"huge"}],"coupon":{"percent":10}})");
    std::cout << theirs->items[0].name << " is " << theirs->items[0].size_ << "; also came " << boost::json::serialize(theirs->extra) << '\n';

    novu::json::reader<shop::order> pieces; // as they come from a network
    for (std::string_view piece : {R"({"_id":"A-1)", R"(003","items":)", "[]}"}) pieces.feed(piece);
    std::cout << pieces.finish()->id << '\n';

    for (char const* wrong : {R"({"_id":"A","items":[{"name":5}]})", R"({"_id":"A","items":[{}]})", R"({"items":[],"_id":"A")"})
        std::cout << novu::json::read<shop::order>(wrong).error().message() << '\n';
    std::cout << novu::json::write(shop::order{.id = "\xff"}).error().message() << '\n';
    return 0;
}
