package wire

import "encoding/binary"

const (
	// maxZstdWindow is the largest window that is accepted: what RFC 8878 asks every decoder to support.
	maxZstdWindow = 8 << 20
	// maxZstdBlock is the most that one block holds, compressed or not.
	maxZstdBlock = 128 << 10
	// maxZstdHeader is the longest frame header: magic, descriptor, window, dictionary, content size.
	maxZstdHeader = 4 + 1 + 1 + 4 + 8

	zstdMagic        = 0xfd2fb528
	skippableMagic   = 0x184d2a50
	blockHeaderSize  = 3
	zstdChecksumSize = 4
)

// The kinds of blocks.
const (
	rawBlock = iota
	repeatBlock
	compressedBlock
	reservedBlock
)

// zstdHeader is what the header of a frame says (RFC 8878, 3.1.1.1).
type zstdHeader struct {
	size     int    // of the header itself
	window   uint64 // of a frame in a single segment: its content
	content  uint64 // 0 unless known
	known    bool   // whether it says how large the content is
	single   bool   // a single segment: the content is the window
	checksum bool   // whether one follows the last block
}

// startsZstd reports whether a frame begins here. No block begins so: it would be larger than blocks are.
func startsZstd(b []byte) bool { return len(b) >= 4 && binary.LittleEndian.Uint32(b) == zstdMagic }

// readZstdHeader reads the header of the frame that b begins with, or says what is wrong with it.
func readZstdHeader(b []byte) (h zstdHeader, reason string) {
	const cut = "a message ends in the middle of a frame's header"
	if !startsZstd(b) {
		if len(b) < 4 {
			return h, cut
		}
		return h, "not a zstd frame"
	}
	if len(b) < 5 {
		return h, cut
	}
	flags := b[4]
	idSize := [4]int{0, 1, 2, 4}[flags&3]
	contentSize := [4]int{0, 2, 4, 8}[flags>>6]
	h.checksum, h.single = flags&4 != 0, flags&0x20 != 0
	at := 5
	if h.single {
		contentSize = max(contentSize, 1)
	} else {
		at++
	}
	if h.size = at + idSize + contentSize; len(b) < h.size {
		return h, cut
	}
	if flags&8 != 0 {
		return h, "a reserved bit is set in a frame's header"
	}
	if !h.single {
		base := uint64(1) << (10 + b[5]>>3)
		h.window = base + base/8*uint64(b[5]&7)
	}
	for _, c := range b[at : at+idSize] {
		if c != 0 {
			return h, "a frame with a dictionary"
		}
	}
	var content [8]byte
	copy(content[:], b[at+idSize:h.size])
	h.known, h.content = contentSize > 0, binary.LittleEndian.Uint64(content[:])
	if contentSize == 2 {
		h.content += 256
	}
	if h.single {
		h.window = max(h.content, 1<<10)
	}
	return h, ""
}

// block is the most that a block of the frame can hold.
func (h zstdHeader) block() int { return int(min(h.window, maxZstdBlock)) }

// zstdBlock is one block of a frame.
type zstdBlock struct {
	bytes []byte // with its header, and with the checksum of the frame if it is the last one
	most  int    // of bytes that it can hold
	last  bool
	empty bool // it holds nothing and changes nothing
}

// readZstdBlock reads the block that b begins with, or says what is wrong with it.
func readZstdBlock(b []byte, header zstdHeader) (block zstdBlock, reason string) {
	const cut = "a message ends in the middle of a block"
	if len(b) < blockHeaderSize {
		return block, cut
	}
	bits := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	size, kind := int(bits>>3), bits>>1&3
	end := blockHeaderSize + size
	if kind == repeatBlock {
		end = blockHeaderSize + 1
	}
	if block.last = bits&1 != 0; block.last && header.checksum {
		end += zstdChecksumSize
	}
	switch {
	case kind == reservedBlock:
		return block, "reserved block type"
	case size > maxZstdBlock:
		return block, "a block is too large"
	case len(b) < end:
		return block, cut
	}
	block.bytes, block.most = b[:end], size
	if block.empty = size == 0 && kind != compressedBlock; kind == compressedBlock {
		block.most = header.block()
		block.empty, reason = emptyZstd(b[blockHeaderSize : blockHeaderSize+size])
	}
	return block, reason
}

// zstdFrame is what a message has of a frame that begins in it.
type zstdFrame struct {
	size  int  // in bytes of the message
	most  int  // of bytes that the blocks can hold
	whole bool // the last block is there
}

// measureZstd measures the frame that b begins with, or says what is wrong with it.
func measureZstd(b []byte, header zstdHeader) (frame zstdFrame, reason string) {
	for frame.size = header.size; frame.size < len(b) && !frame.whole; {
		block, reason := readZstdBlock(b[frame.size:], header)
		if reason != "" {
			return frame, reason
		}
		frame.size += len(block.bytes)
		frame.most += block.most
		frame.whole = block.last
	}
	return frame, ""
}

// emptyZstd reports whether the inside of a compressed block has neither literals nor sequences. One with sequences is never
// empty: matches have at least three bytes.
func emptyZstd(b []byte) (empty bool, reason string) {
	const broken = "a compressed block is too short"
	if len(b) < 2 {
		return false, broken
	}
	kind, format := b[0]&3, b[0]>>2&3
	if kind >= 2 {
		// Literals with a code of their own: no encoder makes one for no literals, and a decoder may refuse it.
		return false, ""
	}
	length, rest := int(b[0]>>3), b[1:]
	switch format {
	case 1:
		length, rest = int(b[0]>>4)|int(b[1])<<4, b[2:]
	case 3:
		if len(b) < 3 {
			return false, broken
		}
		length, rest = int(b[0]>>4)|int(b[1])<<4|int(b[2])<<12, b[3:]
	}
	if length > 0 {
		return false, ""
	}
	if rest = rest[min(int(kind), len(rest)):]; len(rest) == 0 {
		return false, broken
	}
	// Nothing may follow the number of no sequences: the decoder says so.
	return rest[0] == 0 && len(rest) == 1, ""
}

// skippable returns how long the skippable frame is that b begins with, 0 if it begins with another one, or what is wrong with it.
func skippable(b []byte) (size int, reason string) {
	if len(b) < 4 || binary.LittleEndian.Uint32(b)&^15 != skippableMagic {
		return 0, ""
	}
	if len(b) < 8 || uint64(len(b)-8) < uint64(binary.LittleEndian.Uint32(b[4:])) {
		return 0, "a message ends in the middle of a skippable frame"
	}
	return 8 + int(binary.LittleEndian.Uint32(b[4:])), ""
}
