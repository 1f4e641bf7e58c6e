// Compiling the Workflows API once: with NOVU_SEPARATE_COMPILATION defined for a whole program, what reads and writes its
// types (of storage `owned`), makes responses of them and destroys those is declared here, and compiled where
// <novu/src.hpp> is included, or, in a program that links libboost_json, <novu/workflows/src.hpp>.
#pragma once

#include <novu/call/drivers.hpp>
#include <novu/json/read.hpp>
#include <novu/json/write.hpp>
#include <novu/workflows/storages.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The functions, as explicit instantiations: `Word` is `extern`, or nothing.
#define NOVU_DETAIL_WORKFLOWS_JSON(Word)                                                                               \
    Word template class novu::detail::boxed<novu::error>;                                                              \
    NOVU_DETAIL_RESPONSE(Word, novu::workflow)                                                                         \
    NOVU_DETAIL_RESPONSE(Word, novu::workflow_list)                                                                    \
    NOVU_DETAIL_RESPONSE(Word, novu::step_details)                                                                     \
    NOVU_DETAIL_RESPONSE(Word, novu::preview)                                                                          \
    NOVU_DETAIL_QUERY(Word, novu::list_workflows)                                                                      \
    NOVU_DETAIL_QUERY(Word, novu::get_workflow)                                                                        \
    NOVU_DETAIL_READ(Word, boost::json::value)                                                                         \
    NOVU_DETAIL_READ(Word, novu::error_dto)                                                                            \
    NOVU_DETAIL_READ(Word, novu::validation_error_dto)                                                                 \
    NOVU_DETAIL_REQUEST(Word, novu::create_workflow)                                                                   \
    NOVU_DETAIL_REQUEST(Word, novu::update_workflow)                                                                   \
    NOVU_DETAIL_REQUEST(Word, novu::patch_workflow)                                                                    \
    NOVU_DETAIL_REQUEST(Word, novu::sync_workflow)                                                                     \
    NOVU_DETAIL_REQUEST(Word, novu::preview_request)                                                                   \
    NOVU_DETAIL_WRITE(Word, novu::workflow)
#define NOVU_DETAIL_RESPONSE(Word, T)                                                                                  \
    NOVU_DETAIL_READ(Word, T)                                                                                          \
    Word template novu::json::reader<T>::reader(std::pmr::memory_resource*, read_options const&);                      \
    Word template bool novu::json::reader<T>::feed(std::string_view);                                                  \
    Word template novu::json::result<T> novu::json::reader<T>::finish();                                               \
    Word template class novu::detail::boxed<novu::response<T>>;                                                        \
    NOVU_DETAIL_CONCLUDE(Word, T, novu::detail::whole_body)                                                            \
    NOVU_DETAIL_CONCLUDE(Word, T, novu::detail::body_decoder<T>)
#define NOVU_DETAIL_CONCLUDE(Word, T, Pieces)                                                                          \
    Word template novu::result<novu::response<T>> novu::detail::conclude<T, Pieces>(call_machine&, Pieces*);
#define NOVU_DETAIL_QUERY(Word, T) Word template novu::result<void> novu::detail::append_query<T>(std::string&, T const&);
#define NOVU_DETAIL_READ(Word, T) Word template novu::json::result<T> novu::json::read<T>(std::string_view, read_options const&);
#define NOVU_DETAIL_REQUEST(Word, T)                                                                                   \
    NOVU_DETAIL_WRITE(Word, T)                                                                                         \
    Word template novu::result<void> novu::detail::encode_body<T>(call_buffers&, T const&);
#define NOVU_DETAIL_WRITE(Word, T)                                                                                     \
    Word template novu::json::result<std::size_t> novu::json::write_to<T, std::string>(T const&, std::string&);

#if defined(NOVU_SEPARATE_COMPILATION)
NOVU_DETAIL_WORKFLOWS_JSON(extern)
#endif
