// SPDX-License-Identifier: Apache-2.0

package upload

import (
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

// State is where a file stands.
type State string

// The states. From running it goes to done, failed or stopped, and from each of
// these it can be started again.
const (
	Uploaded State = "uploaded" // nobody has said anything about its columns
	Mapped   State = "mapped"   // somebody has, or a mapping was remembered
	Running  State = "running"
	Done     State = "done"
	Failed   State = "failed"
	Stopped  State = "stopped"
)

// Upload is a file that was handed in.
type Upload struct {
	ID          id.ID
	Kind        register.Kind
	Name        string // of the file
	Size        int64  // bytes
	Digest      string // SHA-256, its name among the blobs
	State       State
	Mapping     *register.Mapping // what was said about its columns; nil: they are guessed
	Remembered  id.ID             // the kept mapping that was taken; zero: none
	Fingerprint string            // of the header as it was found; empty: it has no names
	Run         id.ID             // of package register; zero: never started
	StopAsked   bool
	By          id.ID // who handed it in
	Org         id.ID // for which organisation; zero: the house
	UploadedAt  time.Time
	StartedAt   time.Time // of the last start
	EndedAt     time.Time

	// Why a failed one failed: a message key with its arguments.
	Why     string
	WhyArgs map[string]any

	total    int
	worked   time.Duration // that jobs spent on the run
	failures int           // of jobs since the start
	actor    account.Actor // who started it
}

func (u Upload) object() account.Object {
	return account.Object{Kind: "import", ID: u.ID, Org: u.Org, By: u.By}
}

// Progress is a file and how far its import has come. Read = Posted + Held +
// Rejected + Already at every moment.
type Progress struct {
	Upload

	Read, Posted, Held, Rejected, Already int
	Open                                  int           // held and rejected rows that nobody has dealt with
	Total                                 int           // upper bound of Read; 0: not known
	Left                                  time.Duration // estimate; 0: not known, or nothing is left
}

// progress joins a file with its run.
func progress(u Upload, r register.RunInfo) Progress {
	p := Progress{
		Upload: u, Read: r.Read, Posted: r.Posted, Held: r.Held, Rejected: r.Rejected, Already: r.Already,
		Open: r.Open, Total: max(u.total, r.Total),
	}
	if u.State == Done {
		p.Total = p.Read
	}
	if u.State == Running && r.Read > 0 && p.Total > r.Read {
		p.Left = time.Duration(float64(u.worked) / float64(r.Read) * float64(p.Total-r.Read)).Round(time.Second)
	}
	return p
}

// Percent returns how much is done, of a hundred; 100 only at the end.
func (p Progress) Percent() int {
	switch {
	case p.State == Done:
		return 100
	case p.Total == 0:
		return 0
	}
	return min(99, 100*p.Read/p.Total)
}

// Saved is a mapping that is kept for the next file of the same form.
type Saved struct {
	ID          id.ID
	Kind        register.Kind
	Fingerprint string
	Name        string
	Columns     []string // of the header that it fits
	Mapping     register.Mapping
	By          id.ID
	Org         id.ID
	At          time.Time
}
