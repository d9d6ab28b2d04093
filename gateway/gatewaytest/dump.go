package gatewaytest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chorus-go/chorus/internal/recording"
)

// The reasons of a [DumpError] that are not those of the file system or of JSON.
var (
	// ErrDumpName says that something does not have the name or the place of a dumped message. For the folder of one
	// session, given instead of the one that holds all sessions, it is the error too.
	ErrDumpName = errors.New("not what Spacebar dumps: dump/<session>/<milliseconds>.in.json or .out.json")
	// ErrDumpEmpty says that there is no message at all.
	ErrDumpEmpty = errors.New("the dump has no message")
	// ErrDumpSize says that a message is larger than 256 MiB.
	ErrDumpSize = errors.New("the message is larger than 256 MiB")
)

// DumpError is every error of [ReadDump].
type DumpError struct {
	Path string // of the file or folder, in the file system that was read
	Err  error  // what is wrong with it; never nil
}

// Error says what is wrong, with the package's name in front.
func (e *DumpError) Error() string { return "gatewaytest: dump: " + e.Path + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *DumpError) Unwrap() error { return e.Err }

// ReadDump reads the folder that a Spacebar server writes into its working directory, named dump, when the
// environment variable WS_DUMP is set: os.DirFS("dump"). It has a folder for each session with one file for each
// message, whose name is when, in milliseconds since 1970, and which way as the server sees it: in.json came from a
// client, out.json went to one. Names that begin with a dot are passed over; anything else that does not belong
// there, and a message that is no JSON, is a *[DumpError]. The server writes a file in place: a dump of a server that
// still runs may end in the middle of one.
//
// The result may be replayed and compared like any other recording. Secrets are taken out: the files have the tokens.
// The server's folders are not its connections, so these are put together anew:
//
//   - What comes before the session is known is in a folder of its own, TEMP_ and an id. It is joined with the
//     session that the token of its Identify names, if the dump has that. Otherwise it is a connection by itself.
//     Servers before these folders wrote that into one named unknown, where each HELLO begins a connection; it is
//     joined in the same way.
//   - A session may have had many connections one after the other. A new one begins with what was joined, and at each
//     READY else. Two at the same time cannot be told apart: what they got is in the later one.
//
// A connection has the name of its session's folder; the second of the same folder is name#2. All are in the order in
// which they began.
//
// What a dump does not have, a recording of it cannot have either. Two messages of one session in the same direction
// and the same millisecond overwrite each other: gaps in the sequence numbers of [Recording.Dispatches] tell. In one
// millisecond the client's message comes first. Encoding, compression and URL are not known: the recording is JSON
// without compression. Dates end in Z where the socket had +00:00. How a connection was closed is not known either.
func ReadDump(fsys fs.FS) (*Recording, error) {
	folders, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, &DumpError{Path: ".", Err: err}
	}
	var all []dumpFolder
	for _, entry := range folders {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if !entry.IsDir() {
			return nil, &DumpError{Path: entry.Name(), Err: ErrDumpName}
		}
		folder, err := readDumpFolder(fsys, entry.Name())
		if err != nil {
			return nil, err
		}
		all = append(all, folder)
	}
	conns := dumpedConnections(all)
	if len(conns) == 0 {
		return nil, &DumpError{Path: ".", Err: ErrDumpEmpty}
	}
	return recordDump(conns)
}

// dumped is one message.
type dumped struct {
	at      int64 // milliseconds since 1970
	dir     recording.Direction
	payload []byte // without its indentation and its secrets
	op      int
	event   string // of a dispatch
	session string // of an Identify: the one that its token names
}

// dumpFolder is a folder of messages in their order.
type dumpFolder struct {
	name     string
	messages []dumped
}

func readDumpFolder(fsys fs.FS, name string) (dumpFolder, error) {
	folder := dumpFolder{name: name}
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return folder, &DumpError{Path: name, Err: err}
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		file := name + "/" + entry.Name()
		message, err := readDumped(fsys, file, entry)
		if err != nil {
			return folder, &DumpError{Path: file, Err: err}
		}
		folder.messages = append(folder.messages, message)
	}
	sortDumped(folder.messages)
	return folder, nil
}

// sortDumped brings messages into their order; the client's first, because within a millisecond an answer is likelier
// than a second question.
func sortDumped(messages []dumped) {
	slices.SortStableFunc(messages, func(a, b dumped) int {
		return cmp.Or(cmp.Compare(a.at, b.at), -cmp.Compare(a.dir, b.dir)) // "out" is the client's
	})
}

// readDumped reads one file.
func readDumped(fsys fs.FS, path string, entry fs.DirEntry) (dumped, error) {
	millis, rest, _ := strings.Cut(entry.Name(), ".")
	dirs := map[string]recording.Direction{"in.json": recording.Out, "out.json": recording.In} // the server's in is our out
	m := dumped{dir: dirs[rest]}
	at, err := strconv.ParseUint(millis, 10, 43) // until the year 2248: durations do not go much further
	if m.at = int64(at); entry.IsDir() || m.dir == "" || err != nil {
		return m, ErrDumpName
	}
	info, err := entry.Info()
	if err != nil {
		return m, err
	}
	if info.Size() > maxPayload {
		return m, ErrDumpSize
	}
	data, err := fs.ReadFile(fsys, path)
	if err != nil {
		return m, err
	}
	var text bytes.Buffer
	if err := json.Compact(&text, data); err != nil {
		return m, fmt.Errorf("not a whole message: %w", err)
	}
	m.look(text.Bytes())
	m.payload = recording.Redact(text.Bytes())
	return m, nil
}

// look reads what puts a message in its place. Clients may send anything.
func (m *dumped) look(text []byte) {
	var envelope struct {
		T any             `json:"t"`
		D json.RawMessage `json:"d"`
	}
	if m.op = opcode(text); json.Unmarshal(text, &envelope) != nil {
		return
	}
	if m.op == opDispatch {
		m.event, _ = envelope.T.(string)
	}
	if m.dir == recording.Out && m.op == opIdentify {
		m.session = sessionOfToken(envelope.D)
	}
}

// recordDump makes a recording of connections.
func recordDump(conns []dumpedConnection) (*Recording, error) {
	const url = "ws://spacebar.invalid/?encoding=json"
	rec := &Recording{}
	began := conns[0].messages[0].at
	times := map[string]int{}
	for _, conn := range conns {
		name := conn.folder
		if times[name]++; times[name] > 1 {
			name = fmt.Sprintf("%s#%d", name, times[name])
		}
		record := recording.Record{
			Time: millisSince(conn.messages[0].at, began), Conn: name, Dir: recording.Out, Kind: recording.Open, Data: []byte(url),
		}
		b, err := newBuilder(name, record)
		for i := 0; i < len(conn.messages) && err == nil; i++ {
			m := conn.messages[i]
			record.Time, record.Dir, record.Kind, record.Data = millisSince(m.at, began), m.dir, recording.Text, m.payload
			err = b.add(record)
		}
		if err != nil {
			return nil, &DumpError{Path: conn.folder, Err: err}
		}
		rec.connections = append(rec.connections, b.c)
	}
	return rec, nil
}

func millisSince(at, began int64) time.Duration { return time.Duration(at-began) * time.Millisecond }
