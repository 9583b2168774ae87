// SPDX-License-Identifier: Apache-2.0

package form_test

import (
	"net/url"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/form"
)

func TestANameThatIsLeftAsItStandsKeepsWhatItMeans(t *testing.T) {
	t.Parallel()
	org := id.Derive("example org")
	values := url.Values{}
	form.KeepOrg(values, "donor", "示例商会", org)
	form.Keep(values, "place", "岳阳市", "4306")
	if code, kept := form.KeptCode(values, "place"); !kept || code != "4306" || form.KeptOrg(values, "donor") != org {
		t.Error("unchanged names lost what they mean")
	}
	values.Set("donor", "另一个示例商会")
	values.Set("place", "")
	if _, kept := form.KeptCode(values, "place"); kept || !form.KeptOrg(values, "donor").IsZero() {
		t.Error("changed names kept what they meant")
	}
	values.Set("donor", "示例商会")
	values.Set("donor_id", "no id")
	if !form.KeptOrg(values, "donor").IsZero() {
		t.Error("what is no id names an organisation")
	}
	form.KeepOrg(values, "supplier", "", id.Zero)
	if values.Has("supplier") {
		t.Error("nobody is kept as somebody")
	}
}
