package recording

// Limit sets how many bytes may wait for the destination of w: filling the real bound takes a race detector several
// seconds.
func Limit(w *Writer, bytes int) { w.limit = bytes }
