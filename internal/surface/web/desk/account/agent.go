// SPDX-License-Identifier: Apache-2.0

package account

import "strings"

// browser names the browser and the system of a User-Agent header, as far as
// they say so; else it returns the beginning of what the browser said.
func browser(agent string) string {
	name, system := "", ""
	for _, known := range []struct{ mark, name string }{
		{"MicroMessenger/", "WeChat"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	} {
		if strings.Contains(agent, known.mark) {
			name = known.name
			break
		}
	}
	for _, known := range []struct{ mark, name string }{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	} {
		if strings.Contains(agent, known.mark) {
			system = known.name
			break
		}
	}
	if name == "" {
		if cut := []rune(agent); len(cut) > 40 {
			return string(cut[:40]) + "…"
		}
		return agent
	}
	return strings.TrimSpace(name + " " + system)
}
