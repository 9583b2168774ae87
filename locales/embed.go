// SPDX-License-Identifier: Apache-2.0

// Package locales holds every sentence that a reader sees, one JSON file per
// chapter and language: a flat object of message keys and texts with
// {{.argument}} places. zh and en have the same keys.
//
// Where an English word depends on a number, the text says
// {{plural .n `row` `rows`}}. Traditional Chinese is made from zh by table;
// zh-Hant/overrides.json has what the table gets wrong: words (what stands in
// zh, and what it shall become) and whole messages by their key. A word that
// means another thing, or nothing, to readers of traditional characters becomes
// one that both Taiwan and Hong Kong use: 文件 is 檔案.
package locales

import "embed"

// FS holds zh/*.json (Simplified Chinese), en/*.json and
// zh-Hant/overrides.json.
//
//go:embed zh/*.json en/*.json zh-Hant/overrides.json
var FS embed.FS
