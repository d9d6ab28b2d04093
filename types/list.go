package types

// List is an array that must be there in what is sent: nil is written as [], where a plain slice would be null, which
// servers refuse. A []T can be assigned to it.
type List[T any] []T

// MarshalJSON writes the elements, and [] for nil.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return encode([]T(l))
}
