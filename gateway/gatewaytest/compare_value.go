package gatewaytest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// below returns the path of what is under a path, in memory of its own.
func below(path []string, segment string) []string {
	return append(path[:len(path):len(path)], segment)
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// keyOf is the key under which a value stands; elements of a list have that of the list.
func keyOf(path []string) string {
	for _, segment := range slices.Backward(path) {
		if segment[:min(1, len(segment))] != "[" {
			return segment
		}
	}
	return ""
}

// typeOf names the JSON type of a value.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	}
	return "object"
}

// skipped says whether a place is not compared.
func (c *comparison) skipped(path []string) bool {
	return ignored(c.ignore, c.event, path) || !c.options.Exact && keyOf(path) == "_trace"
}

// values compares what stands at a place.
func (c *comparison) values(path []string, a, b any) {
	if c.full() || c.skipped(path) {
		return
	}
	if typeOf(a) != typeOf(b) {
		c.at(path, DifferenceType, jsonText(a), jsonText(b))
		return
	}
	switch a := a.(type) {
	case map[string]any:
		b, _ := b.(map[string]any)
		c.objects(path, a, b)
	case []any:
		b, _ := b.([]any)
		c.lists(path, a, b)
	default:
		if kind, same := c.same(keyOf(path), len(path), a, b); !same {
			c.at(path, kind, jsonText(a), jsonText(b))
		}
	}
}

// objects compares the members of a pair: those of a in the order of their keys, then what only b has.
func (c *comparison) objects(path []string, a, b map[string]any) {
	keys := c.pairKeys(a, b)
	matched := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(a)) {
		other, found := keys[key]
		place := below(path, key)
		if !found {
			if !c.skipped(place) {
				c.at(place, DifferenceMissing, jsonText(a[key]), "")
			}
			continue
		}
		matched[other] = true
		c.values(place, a[key], b[other])
	}
	for _, key := range slices.Sorted(maps.Keys(b)) {
		if place := below(path, key); !matched[key] && !c.skipped(place) {
			c.at(place, DifferenceAdded, "", jsonText(b[key]))
		}
	}
}

// pairKeys says which key of a corresponds to which of b.
func (c *comparison) pairKeys(a, b map[string]any) map[string]string {
	pairs := map[string]string{}
	var left, right []string // snowflakes without a known counterpart
	taken := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(a)) {
		other := key
		if !c.options.Exact && isSnowflake(key) {
			other = c.ids.counterpart(key)
		}
		if _, found := b[other]; found {
			pairs[key], taken[other] = other, true
		} else if !c.options.Exact && isSnowflake(key) && !c.ids.knows(key) {
			left = append(left, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b)) {
		if isSnowflake(key) && !taken[key] && !c.ids.knownBack(key) {
			right = append(right, key)
		}
	}
	for i := range min(len(left), len(right)) {
		pairs[left[i]] = right[i]
		c.ids.match(left[i], right[i])
	}
	return pairs
}

// lists compares the elements of a pair.
func (c *comparison) lists(path []string, a, b []any) {
	if len(a) != len(b) {
		c.at(path, DifferenceLength, strconv.Itoa(len(a)), strconv.Itoa(len(b)))
	}
	for _, pair := range c.pairElements(a, b) {
		c.values(below(path, index(pair[0])), a[pair[0]], b[pair[1]])
	}
}

// pairElements brings elements together: those whose ids are known to correspond, then the others in their order.
func (c *comparison) pairElements(a, b []any) [][2]int {
	byID := map[string][]int{} // those that were not taken yet
	if !c.options.Exact {
		for j, element := range b {
			if id, ok := idOf(element); ok {
				byID[id] = append(byID[id], j)
			}
		}
	}
	other := make([]int, len(a))
	taken := map[int]bool{}
	for i, element := range a {
		other[i] = -1
		if id, ok := idOf(element); ok {
			id = c.ids.counterpart(id)
			if same := byID[id]; len(same) > 0 {
				other[i], taken[same[0]], byID[id] = same[0], true, same[1:]
			}
		}
	}
	var pairs [][2]int
	j := 0
	for i := range a {
		if other[i] < 0 {
			for taken[j] {
				j++
			}
			if j >= len(b) {
				continue
			}
			other[i] = j
			j++
		}
		pairs = append(pairs, [2]int{i, other[i]})
	}
	return pairs
}

// idOf is the id of an object.
func idOf(element any) (string, bool) {
	object, _ := element.(map[string]any)
	id, ok := object["id"].(string)
	return id, ok
}
