package gateway

import (
	"strconv"

	"github.com/chorus-go/chorus/types"
)

// Ranges of a member list, as official clients ask for them.
const (
	memberListBlock     = 100 // rows in a range
	maxMemberListRanges = 3   // of one list at a time
)

// MemberListRanges returns the ranges to ask for when the rows from first to last are to be seen, as official clients
// do: each is inclusive and 100 rows wide and begins at a multiple of 100, the first range of the list is always there,
// and there are three at most, so that of more than 200 rows behind the first 100 the last ones are left out.
func MemberListRanges(first, last int) [][2]int64 {
	begin := int64(max(min(first, maxListIndex), 0)) / memberListBlock
	end := int64(max(min(last, maxListIndex), 0)) / memberListBlock
	ranges := [][2]int64{{0, memberListBlock - 1}}
	for block := max(begin, 1); block <= end && len(ranges) < maxMemberListRanges; block++ {
		ranges = append(ranges, [2]int64{block * memberListBlock, (block+1)*memberListBlock - 1})
	}
	return ranges
}

// checkBlocks refuses ranges that official clients do not ask for.
func checkBlocks(op types.Opcode, channelID types.Snowflake, ranges [][2]int64) error {
	reason := ""
	if len(ranges) > maxMemberListRanges {
		reason = "has more than 3 ranges"
	}
	for _, r := range ranges {
		if r[0] < 0 || r[0]%memberListBlock != 0 || r[1] != r[0]+memberListBlock-1 {
			reason = "has a range that is not [0, 99], [100, 199], …"
		}
	}
	if reason == "" {
		return nil
	}
	return &PayloadError{Op: op, Field: "channels." + strconv.FormatUint(uint64(channelID), 10), Reason: reason}
}
