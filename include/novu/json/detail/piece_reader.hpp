// The reader of documents in pieces. basic_parser takes them apart for the engine; but the objects of a list, which are most
// of a large document, are read as whole documents are: each as soon as all of it is there. What has come of one that is not
// is kept meanwhile.
#pragma once

#include <novu/json/detail/parser.hpp>
#include <novu/json/detail/skim.hpp>
#include <novu/json/detail/text_reader.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace novu::json::detail {

class piece_reader {
public:
    static constexpr std::size_t keep_up_to = 64 * 1024; ///< of one object, unless the engine would keep it too

    piece_reader(type_info const& info, void* root, memory* resource, std::size_t max_depth, std::string_view envelope)
        : memory_{resource}, max_depth_{max_depth}, engine_{info, root, {}, nullptr, resource, envelope}, parser_{engine_, max_depth} {}
    piece_reader(piece_reader const&) = delete;
    piece_reader& operator=(piece_reader const&) = delete;

    bool feed(std::string_view bytes) {
        if (!fault().reason.empty()) return false;
        if (!kept_.empty()) {
            std::size_t const size = skimmer_.end_in(bytes);
            kept_.append(bytes.substr(0, size));
            if (size == bytes.npos) return kept_.size() <= keep_up_to || engine_.element_is_kept_anyway() || parse_kept();
            if (!read_kept()) return false;
            bytes.remove_prefix(size);
        }
        return run(bytes);
    }
    /// The document has been read whole, from text of that size; what follows is an error, but white space.
    void read_whole(std::size_t size) { parser_.passed(size, true); }
    bool finish() { return parse_kept() && parser_.finish(); }
    [[nodiscard]] json::error const& fault() const noexcept { return parser_.fault(); }

private:
    bool run(std::string_view bytes) {
        for (std::size_t from = 0; !bytes.empty();) {
            std::size_t const at = possible_element(bytes, from);
            if (!parse(bytes.substr(0, at))) return false;
            if (at == bytes.npos) return true;
            bytes.remove_prefix(at);
            from = 2; // behind it, if it is none
            while (begins_element(bytes)) {
                std::size_t size = bytes.size() > last_size_ ? read_element(bytes) : 0; // else it is probably not all there
                if (size == 0) {
                    skimmer_ = {};
                    size = skimmer_.end_in(bytes);
                    if (size == bytes.npos) return kept_ = bytes, true;
                    if (read_element(bytes) == 0 && !parse(bytes.substr(0, size))) return false; // it says what is wrong
                }
                bytes.remove_prefix(size);
                from = 0;
            }
        }
        return true;
    }

    /// Where an element of a list may begin, or the comma before it.
    static std::size_t possible_element(std::string_view bytes, std::size_t from) {
        for (; (from = bytes.find('{', from)) != bytes.npos; ++from) {
            if (from == 0 || bytes[from - 1] == '[') return from;
            if (bytes[from - 1] == ',' && (from == 1 || bytes[from - 2] == '}')) return from - 1;
        }
        return from;
    }
    [[nodiscard]] bool begins_element(std::string_view bytes) const {
        if (bytes.empty() || (bytes[0] != '{' && !(bytes[0] == ',' && bytes.size() > 1 && bytes[1] == '{'))) return false;
        return before_ == (bytes[0] == ',' ? '}' : '[') && engine_.wants_element(bytes[0]) && parser_.between_tokens();
    }
    /// Reads the element that the text begins with: its size, or 0.
    std::size_t read_element(std::string_view text) {
        bool const first = text[0] != ',';
        std::size_t const depth = engine_.depth();
        text_reader reader{text.substr(first ? 0 : 1), nullptr, memory_, depth < max_depth_ ? max_depth_ - depth : 0};
        char const* const end = reader.read_one(engine_.next_element());
        if (!end) return engine_.drop_element(), 0;
        before_ = '}';
        last_size_ = static_cast<std::size_t>(end - text.data());
        return parser_.passed(last_size_, first), last_size_;
    }
    bool parse(std::string_view text) {
        if (!text.empty()) before_ = text.back();
        return text.empty() || parser_.feed(text);
    }
    bool read_kept() {
        std::size_t const size = kept_.size();
        kept_.append(64, ' '); // the fast ways of text_reader end before the text does
        bool const good = read_element(kept_) != 0;
        kept_.resize(good ? 0 : size);
        return good || parse_kept();
    }
    bool parse_kept() {
        return parse(std::exchange(kept_, {}));
    }

    memory* memory_;
    std::size_t max_depth_;
    engine engine_;
    parser parser_;
    char before_{};             // the last character that was read
    std::string kept_;          // of an element, and perhaps the comma before it
    object_skimmer skimmer_;    // of the same
    std::size_t last_size_{0};  // of the last element read
};

} // namespace novu::json::detail
