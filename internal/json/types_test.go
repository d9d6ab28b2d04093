package json

import (
	stdjson "encoding/json"
	"errors"
	"strconv"
	"time"
)

// The types below stand for everything that the wire types of this module are made of.

// textID decodes from a string, as identifiers do; it is also a map key.
type textID uint64

func (id *textID) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 64)
	*id = textID(n)
	return err
}

func (id textID) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(id), 10), nil }

// eitherID decodes from a string, a number or null.
type eitherID uint64

func (id *eitherID) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if len(data) > 1 && data[0] == '"' {
		data = data[1 : len(data)-1]
	}
	n, err := strconv.ParseUint(string(data), 10, 64)
	*id = eitherID(n)
	return err
}

func (id eitherID) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatUint(uint64(id), 10)), nil
}

// optional has three states: absent, null and a value.
type optional[T any] struct {
	value T
	set   bool
	null  bool
}

func (o *optional[T]) UnmarshalJSON(data []byte) error {
	*o = optional[T]{set: true}
	if string(data) == "null" {
		o.null = true
		return nil
	}
	return stdjson.Unmarshal(data, &o.value)
}

func (o optional[T]) MarshalJSON() ([]byte, error) {
	if o.null || !o.set {
		return []byte("null"), nil
	}
	return stdjson.Marshal(o.value)
}

func (o optional[T]) IsZero() bool { return !o.set }

// union picks its type by a field, and keeps what it does not know.
type union struct {
	known   *scalars
	unknown stdjson.RawMessage
}

func (u *union) UnmarshalJSON(data []byte) error {
	var kind struct {
		Type *int `json:"type"`
	}
	if err := stdjson.Unmarshal(data, &kind); err != nil {
		return err
	}
	if kind.Type == nil {
		return errors.New("no type")
	}
	if *kind.Type == 1 {
		u.known = new(scalars)
		return Unmarshal(data, u.known)
	}
	u.unknown = append(stdjson.RawMessage(nil), data...)
	return nil
}

func (u union) MarshalJSON() ([]byte, error) {
	if u.known != nil {
		return Marshal(u.known)
	}
	return u.unknown, nil
}

type color int

func (c color) MarshalText() ([]byte, error) { return []byte("color-" + strconv.Itoa(int(c))), nil }

type scalars struct {
	Text    string  `json:"text"`
	Int     int64   `json:"int"`
	Small   int8    `json:"small"`
	Uint    uint32  `json:"uint"`
	Float   float64 `json:"float"`
	Float32 float32 `json:"float32"`
	Bool    bool    `json:"bool"`
	Omit    string  `json:"omit,omitempty"`
	Zero    int     `json:"zero,omitzero"`
	Quoted  int     `json:"quoted,string"`
	Hidden  string  `json:"-"`
	private string
}

type deepest struct {
	Deep   int    `json:"deep"`
	Shadow string `json:"shadow"`
}

type Middle struct {
	deepest
	Name string `json:"middle"`
}

type Outer struct {
	*Middle
	Shadow int `json:"shadow"`
}

type embedding struct {
	Outer
	ID textID `json:"id"`
}

type collections struct {
	Slice   []int                         `json:"slice"`
	Strings []string                      `json:"strings"`
	IDs     []textID                      `json:"ids"`
	Either  []eitherID                    `json:"either"`
	Structs []scalars                     `json:"structs"`
	Array   [2]int                        `json:"array"`
	Bytes   []byte                        `json:"bytes"`
	ByID    map[textID]scalars            `json:"by_id"`
	ByName  map[string]stdjson.RawMessage `json:"by_name"`
	ByInt   map[int]string                `json:"by_int"`
	Nested  map[string][]map[string]*int  `json:"nested"`
}

type pointers struct {
	Int     *int        `json:"int"`
	Text    *string     `json:"text"`
	ID      *textID     `json:"id"`
	Either  *eitherID   `json:"either"`
	Struct  *scalars    `json:"struct"`
	Slice   *[]string   `json:"slice"`
	Twice   **int       `json:"twice"`
	Itself  *pointers   `json:"itself"`
	Pointed *time.Time  `json:"pointed"`
	Union   *union      `json:"union"`
	Any     any         `json:"any"`
	List    []*pointers `json:"list"`
}

type custom struct {
	Raw      stdjson.RawMessage  `json:"raw"`
	RawPtr   *stdjson.RawMessage `json:"raw_ptr"`
	Either   eitherID            `json:"either"`
	ID       textID              `json:"id"`
	Union    union               `json:"union"`
	Unions   []union             `json:"unions"`
	Time     time.Time           `json:"time,omitzero"`
	Text     optional[string]    `json:"opt_text,omitzero"`
	Number   optional[int64]     `json:"opt_number,omitzero"`
	Struct   optional[scalars]   `json:"opt_struct,omitzero"`
	Optional *optional[int]      `json:"opt_pointer,omitzero"`
	Num      stdjson.Number      `json:"num"`
}

type encoded struct {
	custom
	Color  color            `json:"color"`
	Colors map[color]string `json:"colors"`
	HTML   string           `json:"html"`
	Any    any              `json:"any"`
}

// targets makes a new value of each type to decode into.
var targets = []func() any{
	func() any { return new(any) },
	func() any { return new(scalars) },
	func() any { return new(embedding) },
	func() any { return new(collections) },
	func() any { return new(pointers) },
	func() any { return new(custom) },
	func() any { return new(string) },
	func() any { return new(int64) },
	func() any { return new(float64) },
	func() any { return new([]string) },
	func() any { return new([]union) },
	func() any { return new(map[string]any) },
	func() any { return new(map[textID]int) },
	func() any { return new(stdjson.RawMessage) },
	func() any { return new(optional[[]int]) },
	func() any { return new(textID) },
	func() any { return new(struct{}) },
}
