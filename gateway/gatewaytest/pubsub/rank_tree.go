package pubsub

import (
	"cmp"
	"strings"
)

// listEntry is a member of a member list, and a node of its tree.
type listEntry struct {
	member ListMember
	group  int    // the place of the group among those of the list
	folded string // the name without case, by which members are sorted

	left, right *listEntry
	size        int // of the subtree
	priority    uint64
}

// compare orders members as a list shows them: by group, by name without case, and, so that the order is one and the
// same always, by name and user.
func (e *listEntry) compare(other *listEntry) int {
	return cmp.Or(
		cmp.Compare(e.group, other.group),
		strings.Compare(e.folded, other.folded),
		strings.Compare(e.member.Name, other.member.Name),
		cmp.Compare(e.member.UserID, other.member.UserID),
	)
}

// length returns the size of a subtree, which may be nil.
func (e *listEntry) length() int {
	if e == nil {
		return 0
	}
	return e.size
}

// resize makes the size of a node that of its children.
func (e *listEntry) resize() { e.size = 1 + e.left.length() + e.right.length() }

// rankTree holds entries in their order and knows the rank of each: a treap whose priorities are hashes of the user ids,
// so that its shape depends on nothing but its content. All methods but walk take logarithmic time.
type rankTree struct{ root *listEntry }

// insert adds an entry that is not in the tree.
func (t *rankTree) insert(e *listEntry) {
	e.left, e.right, e.size = nil, nil, 1
	e.priority = scramble(uint64(e.member.UserID))
	t.root = insertInto(t.root, e)
}

func insertInto(root, e *listEntry) *listEntry {
	switch {
	case root == nil:
		return e
	case e.priority > root.priority:
		e.left, e.right = split(root, e)
		e.resize()
		return e
	case e.compare(root) < 0:
		root.left = insertInto(root.left, e)
	default:
		root.right = insertInto(root.right, e)
	}
	root.resize()
	return root
}

// split parts a subtree into what is before an entry and what is behind it.
func split(root, e *listEntry) (before, behind *listEntry) {
	if root == nil {
		return nil, nil
	}
	if e.compare(root) < 0 {
		before, root.left = split(root.left, e)
		root.resize()
		return before, root
	}
	root.right, behind = split(root.right, e)
	root.resize()
	return root, behind
}

// remove takes an entry out, which must be in the tree and compare as when it was inserted.
func (t *rankTree) remove(e *listEntry) { t.root = removeFrom(t.root, e) }

func removeFrom(root, e *listEntry) *listEntry {
	switch order := e.compare(root); {
	case order == 0:
		return merge(root.left, root.right)
	case order < 0:
		root.left = removeFrom(root.left, e)
	default:
		root.right = removeFrom(root.right, e)
	}
	root.resize()
	return root
}

// merge joins two subtrees of which one is before the other.
func merge(before, behind *listEntry) *listEntry {
	switch {
	case before == nil:
		return behind
	case behind == nil:
		return before
	case before.priority > behind.priority:
		before.right = merge(before.right, behind)
		before.resize()
		return before
	}
	behind.left = merge(before, behind.left)
	behind.resize()
	return behind
}

// rank returns how many entries are before one that is in the tree.
func (t *rankTree) rank(e *listEntry) int {
	rank := 0
	for node := t.root; node != nil; {
		if e.compare(node) <= 0 {
			node = node.left
		} else {
			rank += node.left.length() + 1
			node = node.right
		}
	}
	return rank
}

// walk calls visit for n entries from a rank on, in their order. It takes time for those and for the depth of the tree.
func (t *rankTree) walk(rank, n int, visit func(*listEntry)) {
	walkFrom(t.root, rank, rank+n, visit)
}

// walkFrom visits the entries of a subtree whose ranks in it are from first to last-1.
func walkFrom(root *listEntry, first, last int, visit func(*listEntry)) {
	if root == nil || first >= root.size || last <= 0 {
		return
	}
	left := root.left.length()
	walkFrom(root.left, first, last, visit)
	if first <= left && left < last {
		visit(root)
	}
	walkFrom(root.right, first-left-1, last-left-1, visit)
}

// scramble spreads ids, which are nearly in order, evenly over all numbers (the finalizer of splitmix64).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
