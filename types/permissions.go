package types

import (
	"strconv"
	"strings"
)

// Permissions is a set of permissions: those of a role, or those that a channel allows or denies. The single
// permissions are the constants named Permission…. Bits that have no name pass through unchanged.
//
// On the wire it is a string of digits.
type Permissions uint64

// Has says whether p has all of the permissions in all. It does not know that an administrator has every permission.
func (p Permissions) Has(all Permissions) bool { return p&all == all }

// Add returns p with the permissions in more.
func (p Permissions) Add(more Permissions) Permissions { return p | more }

// Remove returns p without the permissions in fewer.
func (p Permissions) Remove(fewer Permissions) Permissions { return p &^ fewer }

// String returns the names of the permissions in ascending order of their bits, joined by "|"; bits without a name
// follow as one hexadecimal number. No permission at all is "0".
func (p Permissions) String() string {
	if p == 0 {
		return "0"
	}
	var names []string
	unknown := p
	for bit := Permissions(1); bit != 0; bit <<= 1 {
		if name := permissionName(bit); name != "" && p&bit != 0 {
			names = append(names, name)
			unknown &^= bit
		}
	}
	if unknown != 0 {
		names = append(names, "0x"+strconv.FormatUint(uint64(unknown), 16))
	}
	return strings.Join(names, "|")
}

// UnmarshalJSON reads a string of digits, a number whose value is an integer, and null and "", which are no
// permissions. It allocates nothing. On an error, a *[ValueError], p is left as it was.
func (p *Permissions) UnmarshalJSON(data []byte) error {
	trimmed := trim(data)
	if isBlank(trimmed) {
		*p = 0
		return nil
	}
	n, negative, ok := decimal(bare(trimmed))
	if !ok || negative && n != 0 {
		return unreadable("permissions", data, nil)
	}
	*p = Permissions(n)
	return nil
}

// MarshalJSON writes the decimal form in quotes, "0" for no permissions.
func (p Permissions) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 22), '"')
	b = strconv.AppendUint(b, uint64(p), 10)
	return append(b, '"'), nil
}
