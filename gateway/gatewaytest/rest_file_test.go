package gatewaytest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/chorus-go/chorus/types"
)

// form makes the body of a request with files, by the names of their parts, and returns its type and itself.
func form(t *testing.T, payload string, files ...[3]string) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if payload != "" {
		if err := w.WriteField("payload_json", payload); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile(file[0], file[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, file[2]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func TestFilesOfAMessageAreAttachments(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		token := "Bot " + w.bot.Token
		kind, body := form(t, `{"content":"look","attachments":[{"id":"7","description":"two words"}]}`,
			[3]string{"files[3]", "a song.txt", "la la"}, [3]string{"files[7]", "../picture.png", "\x89PNG\r\n\x1a\n"})
		var sent types.Message
		w.wantAs(kind, 200, token, "POST /channels/$channel/messages", body, &sent)
		if sent.Content != "look" || len(sent.Attachments) != 2 {
			t.Fatalf("sent %+v", sent)
		}
		song, picture := sent.Attachments[0], sent.Attachments[1]
		if song.Filename != "a_song.txt" || song.Size != 5 || song.ID == 0 || song.ID == picture.ID ||
			!strings.HasPrefix(song.ContentType, "text/plain") || song.Description != "" {
			t.Errorf("the first file is %+v", song)
		}
		if picture.Filename != "picture.png" || picture.ContentType != "image/png" || picture.Description != "two words" {
			t.Errorf("the second file is %+v", picture)
		}
		stored, err := w.channel.Message(sent.ID)
		if err != nil || len(stored.Attachments) != 2 || stored.Attachments[1].URL != picture.URL {
			t.Errorf("the message is %+v, %v", stored, err)
		}
		if got := w.fetch(song.URL); got != "200 la la" {
			t.Errorf("the file is %q", got)
		}
		if got := w.fetch(song.URL + "x"); !strings.HasPrefix(got, "404 ") {
			t.Errorf("a file that there is not is %q", got)
		}
	})
}

func TestFilesAloneAreAMessage(t *testing.T) {
	inREST(t, Spacebar, func(t *testing.T, w *restWorld) {
		kind, body := form(t, "", [3]string{"file", "a.txt", "la"}, [3]string{"file1", "b.txt", "lo"})
		var sent types.Message
		w.wantAs(kind, 200, w.ben.Token, "POST /channels/$channel/messages", body, &sent)
		if sent.Content != "" || len(sent.Attachments) != 2 || sent.Attachments[1].Filename != "b.txt" {
			t.Errorf("sent %+v", sent)
		}
	})
}

func TestFormsThatAreRefused(t *testing.T) {
	inREST(t, Discord, func(t *testing.T, w *restWorld) {
		var many [][3]string
		for range maxFiles + 1 {
			many = append(many, [3]string{"file", "a.txt", "la"})
		}
		kind, body := form(t, `{"content":""}`)
		w.wantAs(kind, 400, w.ben.Token, "POST /channels/$channel/messages", body, nil)
		w.wantAs(kind, 400, w.ben.Token, "POST /channels/$channel/messages", body[:len(body)/2], nil)
		kind, body = form(t, `{"content":"many"}`, many...)
		w.wantAs(kind, 400, w.ben.Token, "POST /channels/$channel/messages", body, nil)
		kind, body = form(t, "", [3]string{"file", "big", strings.Repeat("x", maxUpload)})
		w.wantAs(kind, 413, w.ben.Token, "POST /channels/$channel/messages", body, nil)
		if messages, err := w.channel.Messages(); err != nil || len(messages) != 0 {
			t.Errorf("the messages are %+v, %v", messages, err)
		}
	})
}

// fetch returns the status and the body of what is at an address.
func (w *restWorld) fetch(url string) string {
	w.t.Helper()
	response, err := w.server.Client().Get(url)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.SplitN(response.Status, " ", 2)[0] + " " + string(data)
}

// wantAs is want with a body of a type.
func (w *restWorld) wantAs(kind string, status int, authorization, request, body string, v any) {
	w.t.Helper()
	w.headers = http.Header{"Content-Type": {kind}}
	defer func() { w.headers = nil }()
	w.want(status, authorization, request, body, v)
}
