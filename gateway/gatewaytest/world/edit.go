package world

import (
	"reflect"
)

// maxEdits is how often the function of an edit is called before the edit is given up.
const maxEdits = 1000

// edited carries out an edit of an entity: it copies it, calls the function without the world's lock, and applies what
// the function has changed. look returns the entity and apply puts a changed one in its place; both are called with the
// lock held, and look again before apply, because the entity may be gone by then. A nil function changes nothing.
//
// What others change in the meantime stays, as long as it is not what the function changes: then the function is called
// again, with a fresh copy.
func edited[T any](w *World, edit func(*T), look func() (*T, error), apply func(T) error) error {
	for range maxEdits {
		var base T
		err := w.locked(func() error {
			current, err := look()
			if err == nil {
				base = *current
			}
			return err
		})
		if err != nil || edit == nil {
			return err
		}
		changed := unshared(base)
		edit(&changed)
		done := false
		err = w.change(func() error {
			current, err := look()
			if err != nil {
				return err
			}
			var next T
			if next, done = merge(base, changed, *current); !done {
				return nil
			}
			return apply(next)
		})
		if done || err != nil {
			return err
		}
	}
	return ErrConflict
}

// unshared returns a copy of a structure whose fields that are lists can be written to and appended to: payloads that
// are on their way have lists of their own.
func unshared[T any](entity T) T {
	v := reflect.ValueOf(&entity).Elem()
	for i := range v.NumField() {
		field := v.Field(i)
		if field.Kind() != reflect.Slice || field.IsNil() || !field.CanSet() {
			continue
		}
		list := reflect.MakeSlice(field.Type(), field.Len(), field.Len())
		reflect.Copy(list, field)
		field.Set(list)
	}
	return entity
}

// merge returns the current entity with those fields in which changed is another than base, which it was made from. It
// is false when such a field of the current one is another as well, even if both have come to the same: of two that
// count, neither may be lost.
func merge[T any](base, changed, current T) (T, bool) {
	b, c, next := reflect.ValueOf(base), reflect.ValueOf(changed), reflect.ValueOf(&current).Elem()
	for i := range b.NumField() {
		if !b.Type().Field(i).IsExported() {
			continue
		}
		before, after, now := b.Field(i).Interface(), c.Field(i).Interface(), next.Field(i).Interface()
		switch {
		case reflect.DeepEqual(before, after):
		case reflect.DeepEqual(before, now):
			next.Field(i).Set(c.Field(i))
		default:
			return current, false
		}
	}
	return current, true
}
