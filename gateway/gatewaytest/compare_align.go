package gatewaytest

// farthest is how far ahead a counterpart is looked for, counted over both sides.
const farthest = 512

// align brings messages of the same kinds together, in their order: pairs of indexes, of which one is -1 if the
// message has no counterpart. Where the two go apart, it goes on at the nearest place where they meet again; so its
// time is bounded however long the connections are.
func align(a, b []remark) [][2]int {
	left, right := numbered(a, b)
	var pairs [][2]int
	i, j := 0, 0
	for i < len(left) && j < len(right) {
		skipA, skipB := meet(left[i:], right[j:])
		for range skipA {
			pairs = append(pairs, [2]int{i, -1})
			i++
		}
		for range skipB {
			pairs = append(pairs, [2]int{-1, j})
			j++
		}
		if i < len(left) && j < len(right) && left[i] == right[j] {
			pairs = append(pairs, [2]int{i, j})
			i++
			j++
		}
	}
	for ; i < len(left); i++ {
		pairs = append(pairs, [2]int{i, -1})
	}
	for ; j < len(right); j++ {
		pairs = append(pairs, [2]int{-1, j})
	}
	return pairs
}

// meet says how many of each side to leave out until the kinds are the same, as few as possible; one of each if that
// is too far.
func meet(a, b []int) (skipA, skipB int) {
	if a[0] == b[0] {
		return 0, 0
	}
	soonest := map[int]int{} // where in b a kind is
	for i, kind := range b[:min(farthest, len(b))] {
		if _, seen := soonest[kind]; !seen {
			soonest[kind] = i
		}
	}
	skipA, skipB = 1, 1
	nearest := farthest
	for i, kind := range a[:min(farthest, len(a))] {
		if j, found := soonest[kind]; found && i+j < nearest {
			nearest, skipA, skipB = i+j, i, j
		}
	}
	return skipA, skipB
}

// numbered replaces kinds by numbers, which compare faster.
func numbered(a, b []remark) (left, right []int) {
	numbers := map[string]int{}
	number := func(remarks []remark) []int {
		all := make([]int, len(remarks))
		for i, r := range remarks {
			n, known := numbers[r.kind]
			if !known {
				n = len(numbers)
				numbers[r.kind] = n
			}
			all[i] = n
		}
		return all
	}
	return number(a), number(b)
}
