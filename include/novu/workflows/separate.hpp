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
    NOVU_DETAIL_READ_IN_PIECES(Word, workflow)                                                                         \
    NOVU_DETAIL_READ_IN_PIECES(Word, workflow_list)                                                                    \
    NOVU_DETAIL_READ_IN_PIECES(Word, step_details)                                                                     \
    NOVU_DETAIL_READ_IN_PIECES(Word, preview)                                                                          \
    NOVU_DETAIL_READ(Word, error_dto)                                                                                  \
    NOVU_DETAIL_READ(Word, validation_error_dto)                                                                       \
    NOVU_DETAIL_WRITE(Word, create_workflow)                                                                           \
    NOVU_DETAIL_WRITE(Word, update_workflow)                                                                           \
    NOVU_DETAIL_WRITE(Word, patch_workflow)                                                                            \
    NOVU_DETAIL_WRITE(Word, sync_workflow)                                                                             \
    NOVU_DETAIL_WRITE(Word, preview_request)                                                                           \
    NOVU_DETAIL_WRITE(Word, workflow)
#define NOVU_DETAIL_READ_IN_PIECES(Word, T)                                                                            \
    NOVU_DETAIL_READ(Word, T)                                                                                          \
    Word template class novu::json::reader<novu::T>;
#define NOVU_DETAIL_READ(Word, T) Word template novu::json::result<novu::T> novu::json::read<novu::T>(std::string_view, read_options const&);
#define NOVU_DETAIL_WRITE(Word, T)                                                                                     \
    Word template novu::json::result<std::size_t> novu::json::write_to<novu::T, std::string>(novu::T const&, std::string&);

#if defined(NOVU_SEPARATE_COMPILATION)
NOVU_DETAIL_WORKFLOWS_JSON(extern)
#endif
