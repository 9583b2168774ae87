// SPDX-License-Identifier: Apache-2.0

package obs

import (
	"encoding/json"
	"log/slog"
	"runtime/debug"
	"strings"
	"testing"
)

func TestLinesCarryTheRequest(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var out strings.Builder
		log := NewLog(&out, slog.LevelInfo, format).With("chapter", "need")
		log.InfoContext(WithRequest(t.Context(), "r-1"), "with")
		log.Info("without")
		log.Debug("below the level")
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 2 || !strings.Contains(lines[0], "r-1") || !strings.Contains(lines[0], "need") || strings.Contains(lines[1], "request") {
			t.Errorf("%s:\n%s", format, out.String())
		}
		if isJSON := json.Valid([]byte(lines[0])); isJSON != (format == "json") {
			t.Errorf("%s: JSON %t: %s", format, isJSON, lines[0])
		}
	}
	if Request(t.Context()) != "" {
		t.Error("a context without request has one")
	}
}

func TestBuildIsReadFromTheProgram(t *testing.T) {
	t.Parallel()
	info := &debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2020-02-17T00:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3 (0123456789ab, 2020-02-17T00:00:00Z, modified, go1.26.0)": info,
		"unknown (unknown, unknown, unknown)":                             nil,
		"unknown (unknown, unknown, go1.26.1)":                            {GoVersion: "go1.26.1"},
	} {
		if got := buildOf(info).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if b := ReadBuild(); !strings.HasPrefix(b.Go, "go") {
		t.Errorf("this program's own build: %s", b)
	}
}
