// Compiling the JSON of the Workflows API once: with NOVU_SEPARATE_COMPILATION defined for a whole program, what reads
// and writes its types (of storage `owned`) is declared here, and compiled where <novu/src.hpp> is included, or, in a
// program that links libboost_json, <novu/workflows/src.hpp>.
#pragma once

#include <novu/json/read.hpp>
#include <novu/json/write.hpp>
#include <novu/workflows/storages.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The functions, as explicit instantiations: `Word` is `extern`, or nothing.
#define NOVU_DETAIL_WORKFLOWS_JSON(Word)                                                                               \
    NOVU_DETAIL_READ_IN_PIECES(Word, novu::workflow)                                                                   \
    NOVU_DETAIL_READ_IN_PIECES(Word, novu::workflow_list)                                                              \
    NOVU_DETAIL_READ_IN_PIECES(Word, novu::step_details)                                                               \
    NOVU_DETAIL_READ_IN_PIECES(Word, novu::preview)                                                                    \
    NOVU_DETAIL_READ(Word, boost::json::value)                                                                         \
    NOVU_DETAIL_READ(Word, novu::error_dto)                                                                            \
    NOVU_DETAIL_READ(Word, novu::validation_error_dto)                                                                 \
    NOVU_DETAIL_WRITE(Word, novu::create_workflow)                                                                     \
    NOVU_DETAIL_WRITE(Word, novu::update_workflow)                                                                     \
    NOVU_DETAIL_WRITE(Word, novu::patch_workflow)                                                                      \
    NOVU_DETAIL_WRITE(Word, novu::sync_workflow)                                                                       \
    NOVU_DETAIL_WRITE(Word, novu::preview_request)                                                                     \
    NOVU_DETAIL_WRITE(Word, novu::workflow)
#define NOVU_DETAIL_READ_IN_PIECES(Word, T)                                                                            \
    NOVU_DETAIL_READ(Word, T)                                                                                          \
    Word template class novu::json::reader<T>;
#define NOVU_DETAIL_READ(Word, T) Word template novu::json::result<T> novu::json::read<T>(std::string_view, read_options const&);
#define NOVU_DETAIL_WRITE(Word, T)                                                                                     \
    Word template novu::json::result<std::size_t> novu::json::write_to<T, std::string>(T const&, std::string&);

#if defined(NOVU_SEPARATE_COMPILATION)
NOVU_DETAIL_WORKFLOWS_JSON(extern)
#endif
