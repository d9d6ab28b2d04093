package gatewaytest

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/chorus-go/chorus/types"
)

// maxUpload is how many bytes a request with files may have, and maxFiles how many files.
const (
	maxUpload = 25 << 20
	maxFiles  = 10
)

// attachmentsPath is below what attachments are found. It is that of a CDN, which is the server itself.
const attachmentsPath = "/attachments/"

// upload is a file that came with a request.
type upload struct {
	number      int // that the client gave it, by which payload_json speaks of it
	name        string
	contentType string
	data        []byte
}

// uploads are the files that the server was sent, by the paths at which they are found.
type uploads struct {
	mu    sync.Mutex
	files map[string]upload
}

func (u *uploads) add(at string, file upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.files == nil {
		u.files = map[string]upload{}
	}
	u.files[at] = file
}

// ServeHTTP answers who asks for a file.
func (u *uploads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	file, ok := u.files[r.URL.Path]
	u.mu.Unlock()
	if !ok || r.Method != http.MethodGet {
		answerError(w, statusError(http.StatusNotFound))
		return
	}
	w.Header().Set("Content-Type", file.contentType)
	_, _ = w.Write(file.data) // the client may be gone already
}

// isForm says whether the body of the request is a form with files, and returns what stands between its parts.
func (c *restCall) isForm() (boundary string, ok bool) {
	kind, parameters, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	return parameters["boundary"], err == nil && kind == "multipart/form-data"
}

// readForm reads the parts of a form: the files are kept with the call, and payload_json is returned.
func (c *restCall) readForm(boundary string) ([]byte, error) {
	var payload []byte
	for form := multipart.NewReader(c.request.Body, boundary); ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return payload, nil
		}
		if err != nil {
			return nil, badForm(err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, badForm(err)
		}
		name, isFile := fileNumber(part.FormName(), len(c.files))
		switch {
		case part.FormName() == "payload_json":
			payload = data
		case !isFile || part.FileName() == "":
		case len(c.files) == maxFiles:
			return nil, invalidForm(fieldError{"files", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."})
		default:
			c.files = append(c.files, upload{
				number: name, name: path.Base(part.FileName()), contentType: part.Header.Get("Content-Type"), data: data,
			})
		}
	}
}

// fileNumber returns the number of a file from the name of its part: files[1], or as older clients have it, file1 and
// file, of which the last has none of its own.
func fileNumber(name string, next int) (int, bool) {
	rest, ok := strings.CutPrefix(name, "file")
	if !ok {
		return 0, false
	}
	if rest == "" {
		return next, true
	}
	if inside, bracketed := strings.CutPrefix(rest, "s["); bracketed {
		rest = strings.TrimSuffix(inside, "]")
	}
	number, err := strconv.Atoi(rest)
	return number, err == nil
}

// badForm is what a client is told of a form that cannot be read.
func badForm(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge()
	}
	return &apiError{status: http.StatusBadRequest, Code: 50035, Message: "Invalid Form Body"}
}

// tooLarge is the error for a body of too many bytes.
func tooLarge() *apiError {
	return &apiError{status: http.StatusRequestEntityTooLarge, Code: 40005, Message: "Request entity too large"}
}

// fileBody is what payload_json says of a file. The id is its number.
type fileBody struct {
	ID          json.RawMessage
	Filename    string
	Title       string
	Description string
}

// attachments makes attachments of the files of the call, for a message of a channel, with what the client says of
// them. The files are found at their addresses from now on.
func (c *restCall) attachments(channel types.Snowflake, described []fileBody) []types.Attachment {
	attachments := make([]types.Attachment, 0, len(c.files))
	for _, file := range c.files {
		if file.contentType == "" || file.contentType == "application/octet-stream" {
			file.contentType = http.DetectContentType(file.data)
		}
		made := types.Attachment{
			ID: c.world.NextID(), Filename: file.name, ContentType: file.contentType, Size: int64(len(file.data)),
		}
		for _, d := range described {
			if strings.Trim(string(d.ID), `"`) == strconv.Itoa(file.number) {
				made.Title, made.Description = d.Title, d.Description
				if d.Filename != "" {
					made.Filename = path.Base(d.Filename)
				}
			}
		}
		made.Filename = strings.ReplaceAll(made.Filename, " ", "_")
		at := attachmentsPath + channel.String() + "/" + made.ID.String() + "/" + made.Filename
		c.uploads.add(at, file)
		made.URL = httpURL(c.server.URL()) + at
		made.ProxyURL = made.URL
		attachments = append(attachments, made)
	}
	return attachments
}
