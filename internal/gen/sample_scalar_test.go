package main

import (
	"fmt"
	"strings"

	"github.com/chorus-go/chorus/internal/protocol"
)

// scalar makes a string or a number. These are all the normalisations that there are between what is read and what is
// written:
//
//   - milliseconds in quotes become a number (unix_ms_string)
//   - a string for which the table names an enumeration of numbers becomes a number (enums that are lenient), and a number
//     that a brick reads in quotes one without (Integer)
//   - an id that came as an integer becomes a string
func (s *sampler) scalar(f member, wire string) sample {
	o := s.fieldOverride(f)
	id := fmt.Sprintf("%d", 1573868328970205030+s.n)
	switch {
	case wire == "unix_ms_string":
		number := fmt.Sprint(1795396250000 + s.n)
		return sample{`"` + number + `"`, number}
	case wire == "number":
		return same(fmt.Sprintf("%d.5", s.n))
	case wire == "snowflake" && s.native && o.Go == "" && f.Type.Name != "|":
		return sample{id, `"` + id + `"`}
	case bare(o.Go) == "Integer" && wire != "integer":
		return sample{fmt.Sprintf(`"%d"`, s.n), fmt.Sprint(s.n)}
	case bare(o.Go) == "Permissions", wire == "snowflake":
		return same(`"` + id + `"`)
	}
	if e := s.enums[f.Enum]; e != nil && !o.NoEnum {
		return s.enumerated(e, wire)
	}
	switch {
	case wire == "string":
		return same(fmt.Sprintf(`"text %d, <é😀> \"\\\n"`, s.n))
	case s.n%5 == 0:
		return same(fmt.Sprint(1795396250000 + s.n))
	}
	return same(fmt.Sprint(1000 + s.n))
}

// enumerated makes a value of an enumeration that is not 0, or one that it does not have.
func (s *sampler) enumerated(e *goEnum, wire string) sample {
	v := e.values[s.n%len(e.values)]
	if e.Kind == protocol.EnumString {
		return same(fmt.Sprintf("%q", v.Text))
	}
	number := fmt.Sprint(v.Number)
	switch {
	case e.Kind == protocol.EnumFlags:
		number = fmt.Sprint(uint64(1) << v.Number)
	case v.Number == 0:
		number = fmt.Sprint(100 + s.n)
	}
	if wire == "string" {
		return sample{`"` + number + `"`, number}
	}
	return same(number)
}

// zeros says whether a value tells nothing: what may be absent, null or zero without a difference.
func zeros(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, element := range v {
			if !zeros(element) {
				return false
			}
		}
		return true
	case []any:
		for _, element := range v {
			if !zeros(element) {
				return false
			}
		}
		return true
	case string:
		// No permissions are "0".
		return v == "" || v == "0"
	case fmt.Stringer:
		return strings.Trim(v.String(), "-0.") == ""
	}
	return value == nil || value == false
}
