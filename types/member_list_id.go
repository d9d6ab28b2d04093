package types

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// MemberListEveryone is the id of the member list of all channels that everybody in the guild may see.
const MemberListEveryone = "everyone"

// MemberListID returns the id of the member list beside a channel with those permission overwrites, as it is in
// GUILD_MEMBER_LIST_UPDATE. Channels of a guild with the same id share one list.
//
// When no overwrite is about seeing the channel (PermissionViewChannel), the id is "everyone". Otherwise each of those
// that are counts as "allow:" or "deny:" with the id of its role or user, and the list's id is the 32-bit murmur3 with
// seed 0 of all, in ascending order of the texts and joined by commas, in decimal. The order of the overwrites does
// not matter.
//
// So does Spacebar. Discord's list is "everyone" also when there are overwrites and the role @everyone can see the
// channel all the same, which its permissions in the guild decide.
//
// Source: the Spacebar server.
func MemberListID(overwrites []PermissionOverwrite) string {
	var parts []string
	for _, o := range overwrites {
		switch {
		case o.Allow.Has(PermissionViewChannel):
			parts = append(parts, "allow:"+o.ID.String())
		case o.Deny.Has(PermissionViewChannel):
			parts = append(parts, "deny:"+o.ID.String())
		}
	}
	if len(parts) == 0 {
		return MemberListEveryone
	}
	slices.Sort(parts)
	return strconv.FormatUint(uint64(murmur3(strings.Join(parts, ","))), 10)
}

// murmur3 is MurmurHash3 of 32 bits with seed 0.
func murmur3(text string) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	data := []byte(text)
	var h uint32
	for len(data) >= 4 {
		h ^= bits.RotateLeft32(binary.LittleEndian.Uint32(data)*c1, 15) * c2
		h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
		data = data[4:]
	}
	if len(data) > 0 {
		var tail [4]byte
		copy(tail[:], data)
		h ^= bits.RotateLeft32(binary.LittleEndian.Uint32(tail[:])*c1, 15) * c2
	}
	h ^= uint32(len(text))
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
