// A struct that has more members than the reader counts, with those of its base.
// says: novu: a described struct has at most 64 members, those of its bases included
#include <novu/json/read.hpp>
#include <boost/describe/class.hpp>
struct base {
    int a0{}, a1{}, a2{}, a3{}, a4{}, a5{}, a6{}, a7{}, a8{}, a9{}, a10{}, a11{}, a12{}, a13{}, a14{}, a15{}, a16{}, a17{}, a18{}, a19{}, a20{}, a21{}, a22{}, a23{}, a24{}, a25{}, a26{}, a27{}, a28{}, a29{}, a30{}, a31{}, a32{};
};
BOOST_DESCRIBE_STRUCT(base, (), (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32))
struct wide : base {
    int b0{}, b1{}, b2{}, b3{}, b4{}, b5{}, b6{}, b7{}, b8{}, b9{}, b10{}, b11{}, b12{}, b13{}, b14{}, b15{}, b16{}, b17{}, b18{}, b19{}, b20{}, b21{}, b22{}, b23{}, b24{}, b25{}, b26{}, b27{}, b28{}, b29{}, b30{};
#ifndef MENDED
    int more{};
#endif
};
#ifdef MENDED
BOOST_DESCRIBE_STRUCT(wide, (base), (b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29, b30))
#else
BOOST_DESCRIBE_STRUCT(wide, (base), (b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29, b30, more))
#endif
auto use() { return novu::json::read<wide>("{}"); }
