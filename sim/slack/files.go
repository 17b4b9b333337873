package slack

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// upload is a file between getUploadURLExternal and completeUploadExternal.
type upload struct {
	file    *File
	want    int
	arrived bool
}

func (s *Sim) filesGetUploadURL(a args) (object, error) {
	n, err := strconv.Atoi(a["length"])
	if err != nil || n < 1 || a["filename"] == "" {
		return nil, refuse("invalid_arguments", []string{"filename and length (at least 1) are required"})
	}
	kind := mime.TypeByExtension(path.Ext(a["filename"]))
	if kind == "" {
		kind = "text/plain"
	}
	id := s.newID("F")
	name := path.Base(a["filename"])
	s.uploads[id] = &upload{want: n, file: &File{ID: id, Name: name, Title: name, Type: kind, Size: n, User: botUser, URL: "/files/" + id + "/" + url.PathEscape(name)}}
	return object{"upload_url": s.base + "/files/upload/" + id, "file_id": id}, nil
}

// serveFile takes uploads and gives downloads. The simulator listens on the loopback only, so downloads need no token.
func (s *Sim) serveFile(w http.ResponseWriter, r *http.Request) {
	rest := strings.TrimPrefix(r.URL.Path, "/files/")
	if id, ok := strings.CutPrefix(rest, "upload/"); ok {
		s.receive(w, r, id)
		return
	}
	id, _, _ := strings.Cut(rest, "/")
	f, ok := s.File(id)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": f.Name}))
	w.Header().Set("Content-Security-Policy", "sandbox")
	if _, err := w.Write(f.Content); err != nil {
		return // the reader is gone
	}
}

func (s *Sim) receive(w http.ResponseWriter, r *http.Request, id string) {
	fault := s.mischief.Take("files.upload")
	if fault != nil && fault.Spoil(w, r, nil, front) {
		return
	}
	body := io.Reader(r.Body)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		f, _, err := r.FormFile("file")
		if err != nil {
			if f, _, err = r.FormFile("filename"); err != nil {
				http.Error(w, "no file in the form", http.StatusBadRequest)
				return
			}
		}
		defer func() { _ = f.Close() }() // read only: nothing can be lost
		body = f
	}
	content, err := io.ReadAll(io.LimitReader(body, 64<<20))
	if err != nil {
		http.Error(w, "cut short", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.uploads[id]
	switch {
	case !ok || r.Method != http.MethodPost:
		http.NotFound(w, r)
	case len(content) != u.want:
		s.Violate("upload of %s: %d bytes sent, %d announced", u.file.Name, len(content), u.want)
		http.Error(w, "length differs from the announced one", http.StatusBadRequest)
	default:
		u.file.Content, u.arrived = content, true
		if _, err := io.WriteString(w, "OK - "+strconv.Itoa(len(content))); err != nil {
			return // the sender is gone
		}
	}
}

func (s *Sim) filesCompleteUpload(a args) (object, error) {
	var list []struct{ ID, Title string }
	if err := json.Unmarshal(a.raw("files"), &list); err != nil || len(list) == 0 {
		return nil, refuse("invalid_arguments", []string{"files must be a list of objects with an id"})
	}
	m := &Message{User: botUser, BotID: botID, Bot: true, Text: a["initial_comment"]}
	answer := []object{}
	for _, one := range list {
		u, ok := s.uploads[one.ID]
		if !ok || !u.arrived {
			return nil, fail("file_not_found")
		}
		if one.Title != "" {
			u.file.Title = one.Title
		}
		m.Files = append(m.Files, *u.file)
		answer = append(answer, object{"id": one.ID, "title": u.file.Title})
	}
	channel := a["channel_id"]
	if channel == "" {
		channel = a["channels"]
	}
	if channel != "" {
		c := s.byID(channel)
		switch {
		case c == nil || (c.Private && !c.has(botUser)):
			return nil, fail("channel_not_found")
		case c.Archived:
			return nil, fail("is_archived")
		case !c.has(botUser):
			return nil, fail("not_in_channel")
		}
		if err := s.thread(c, m, a); err != nil {
			return nil, err
		}
		for i := range m.Files {
			m.Files[i].Channels = []string{c.ID}
		}
		m.Mentions = s.mentions(m.Text, nil, "", false)
		s.post(c, m)
		s.changed(Event{Kind: "file", Channel: c.ID, TS: m.TS})
	}
	for i := range m.Files {
		f := m.Files[i]
		m.Files[i].Content = nil
		s.w.Files = append(s.w.Files, &f)
		delete(s.uploads, f.ID)
	}
	return object{"files": answer}, nil
}

func (s *Sim) fileObject(f *File) object {
	address := s.base + f.URL
	return object{
		"id": f.ID, "name": f.Name, "title": f.Title, "mimetype": f.Type, "filetype": strings.TrimPrefix(path.Ext(f.Name), "."), "size": f.Size, "user": f.User,
		"mode": "hosted", "url_private": address, "url_private_download": address, "permalink": address, "channels": f.Channels,
	}
}

// File finds an uploaded file with its content.
func (s *Sim) File(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.w.Files {
		if f.ID == id {
			return *f, true
		}
	}
	return File{}, false
}

// Files lists the files of a channel, oldest first, with their content.
func (s *Sim) Files(channel string) []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.at(channel)
	var all []File
	for _, f := range s.w.Files {
		for _, id := range f.Channels {
			if c != nil && id == c.ID {
				all = append(all, *f)
			}
		}
	}
	return all
}
