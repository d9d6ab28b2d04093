package etf

// version is the first byte of each term.
const version = 131

// The tags that are translated. Unless said otherwise lengths and counts are big-endian.
const (
	tagNewFloat      = 70  // 8 bytes, IEEE 754
	tagSmallInteger  = 97  // 1 byte, unsigned
	tagInteger       = 98  // 4 bytes, signed
	tagFloat         = 99  // 31 bytes of text, filled up with zeros
	tagAtom          = 100 // 2 bytes of length, Latin-1
	tagSmallTuple    = 104 // 1 byte of count, the elements
	tagLargeTuple    = 105 // 4 bytes of count, the elements
	tagNil           = 106 // nothing: the empty list
	tagString        = 107 // 2 bytes of length, a list of bytes
	tagList          = 108 // 4 bytes of count, the elements, the tail
	tagBinary        = 109 // 4 bytes of length
	tagSmallBig      = 110 // 1 byte of length, the sign, little-endian magnitude
	tagLargeBig      = 111 // 4 bytes of length, the sign, little-endian magnitude
	tagSmallAtom     = 115 // 1 byte of length, Latin-1
	tagMap           = 116 // 4 bytes of count, the pairs
	tagAtomUTF8      = 118 // 2 bytes of length
	tagSmallAtomUTF8 = 119 // 1 byte of length
)

// tagNames has the names of all tags of the documentation, with those that have no form in JSON. It is never written to.
var tagNames = [256]string{
	tagNewFloat:      "NEW_FLOAT_EXT",
	tagSmallInteger:  "SMALL_INTEGER_EXT",
	tagInteger:       "INTEGER_EXT",
	tagFloat:         "FLOAT_EXT",
	tagAtom:          "ATOM_EXT",
	tagSmallTuple:    "SMALL_TUPLE_EXT",
	tagLargeTuple:    "LARGE_TUPLE_EXT",
	tagNil:           "NIL_EXT",
	tagString:        "STRING_EXT",
	tagList:          "LIST_EXT",
	tagBinary:        "BINARY_EXT",
	tagSmallBig:      "SMALL_BIG_EXT",
	tagLargeBig:      "LARGE_BIG_EXT",
	tagSmallAtom:     "SMALL_ATOM_EXT",
	tagMap:           "MAP_EXT",
	tagAtomUTF8:      "ATOM_UTF8_EXT",
	tagSmallAtomUTF8: "SMALL_ATOM_UTF8_EXT",

	68:  "a distribution header",
	69:  "a fragment header",
	77:  "BIT_BINARY_EXT",
	80:  "a compressed term",
	82:  "ATOM_CACHE_REF",
	88:  "NEW_PID_EXT",
	89:  "NEW_PORT_EXT",
	90:  "NEWER_REFERENCE_EXT",
	101: "REFERENCE_EXT",
	102: "PORT_EXT",
	103: "PID_EXT",
	112: "NEW_FUN_EXT",
	113: "EXPORT_EXT",
	114: "NEW_REFERENCE_EXT",
	117: "FUN_EXT",
	120: "V4_PORT_EXT",
	121: "LOCAL_EXT",
}
