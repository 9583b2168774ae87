// SPDX-License-Identifier: Apache-2.0

package obs

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// Build says which program runs. What the builder did not record is "unknown".
type Build struct {
	Version  string // v1.2.3, or (devel)
	Revision string // of the source, 40 hex digits
	Time     string // of the revision, RFC 3339
	Modified bool   // built from a tree with changes that are not in the revision
	Go       string // go1.26.0
}

// ReadBuild reads what the Go tool recorded in this program.
func ReadBuild() Build {
	info, _ := debug.ReadBuildInfo()
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) Build {
	const unknown = "unknown"
	b := Build{Version: unknown, Revision: unknown, Time: unknown, Go: unknown}
	if info == nil {
		return b
	}
	b.Version, b.Go = cmp.Or(info.Main.Version, unknown), cmp.Or(info.GoVersion, unknown)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// String is one line for people: v1.2.3 (0123456789ab, 2020-02-17T00:00:00Z, modified, go1.26.0).
func (b Build) String() string {
	const short = 12 // hex digits that tell revisions apart
	parts := []string{b.Revision[:min(short, len(b.Revision))], b.Time}
	if b.Modified {
		parts = append(parts, "modified")
	}
	return b.Version + " (" + strings.Join(append(parts, b.Go), ", ") + ")"
}
