// SPDX-License-Identifier: Apache-2.0

package story

import (
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// goods is one class with what came in until the last day, in base units, and
// the value of all of it in fen.
type goods struct {
	class     string
	total     int64
	value     int64
	lots      int      // how many receipts it came in
	spec      string   // as the papers write it
	pack      qty.Pack // when it came in whole cases
	standards []string
	handed    int64 // of 1000, how much was handed over by the last day
}

// inflow is what came in. The totals by group of 17 February 2020 are the
// published ones; how they split into classes, lots and values is made up.
var inflow = []goods{
	{"suit-medical", 58_400, 7_008_000_00, 14, "GB 19082-2009", nil, []string{"GB 19082-2009"}, 918},
	{"suit-other", 33_626, 2_690_080_00, 9, "Tyvek", nil, nil, 905},
	{"respirator-medical", 579_600, 5_796_000_00, 12, "GB 19083-2010", nil, []string{"GB 19083-2010"}, 945},
	{"respirator", 660_520, 4_623_640_00, 11, "FFP2 EN 149", nil, []string{"EN 149"}, 930},
	{"mask-surgical", 2_399_920, 4_799_840_00, 16, "YY 0469-2011", qty.Pack{{Unit: qty.Box, Of: 50}, {Unit: qty.Case, Of: 2000}}, []string{"YY 0469-2011"}, 922},
	{"mask-medical", 980_080, 980_080_00, 10, "YY/T 0969-2013", nil, []string{"YY/T 0969-2013"}, 884},
	{"mask-other", 430_000, 322_500_00, 6, "", nil, nil, 850},
	{"goggles", 16_440, 657_600_00, 11, "EN 166", nil, []string{"EN 166"}, 918},
	{"face-shield", 1_761, 35_220_00, 4, "", nil, nil, 965},
	{"gloves-medical", 1_245_418, 1_868_127_00, 12, "GB 10213-2006", nil, []string{"GB 10213-2006"}, 881},
	{"shoe-cover", 4_800, 9_600_00, 3, "", nil, nil, 854},
	{"alcohol", 46_000, 690_000_00, 6, "75% 500ml", nil, nil, 860},
	{"soap", 8_743, 131_145_00, 5, "500ml", nil, nil, 928},
	{"thermometer", 1_107, 221_400_00, 6, "", nil, nil, 957},
	{"cap", 185_800, 185_800_00, 7, "", nil, nil, 921},
	{"ventilator", 24, 3_600_000_00, 4, "", nil, nil, 1000},
	{"disinfectant", 21_000, 420_000_00, 5, "84 500ml", nil, nil, 900},
}

// totalValue is the published value of all goods, in fen: what the classes above
// leave is put on the first one.
const totalValue = 34_504_315_00

// donor is somebody abroad or at home who gave goods.
type donor struct{ name, country string }

var donors = []donor{
	{"示例米兰侨界联合会", "country:IT"}, {"示例东京湖南同乡会", "country:JP"}, {"示例首尔华人商会", "country:KR"},
	{"示例曼谷湖南商会", "country:TH"}, {"示例雅加达华人慈善基金会", "country:ID"}, {"示例吉隆坡湖南同乡会", "country:MY"},
	{"示例洛杉矶湖南同乡会", "country:US"}, {"示例法兰克福华人联合会", "country:DE"}, {"示例巴黎湖南同乡会", "country:FR"},
	{"示例马德里华人协会", "country:ES"}, {"示例伊斯坦布尔华商协会", "country:TR"}, {"示例迪拜湖南商会", "country:AE"},
	{"示例悉尼湖南同乡会", "country:AU"}, {"示例多伦多湖南同乡会", "country:CA"}, {"示例圣保罗华人协会", "country:BR"},
	{"示例金边湖南商会", "country:KH"}, {"示例万象湖南商会", "country:LA"}, {"示例新加坡湖南会馆协会", "country:SG"},
	{"示例长沙医疗器械有限公司", "country:CN"}, {"示例湘江药业有限公司", "country:CN"}, {"示例株洲防护用品有限公司", "country:CN"},
}

// source gives every fifth value a donor's statement and every twentieth an
// estimate; the rest is by invoice.
func source(n int) receipt.ValueSource {
	switch {
	case n%20 == 19:
		return receipt.Estimate
	case n%5 == 3:
		return receipt.Donor
	}
	return receipt.Invoice
}

// hospital is an invented hospital at a public place.
type hospital struct{ name, place string }

var hospitals = []hospital{
	{"示例长沙市第一医院", "4301"}, {"示例长沙县人民医院", "4301"}, {"示例株洲市中心医院", "4302"}, {"示例湘潭市中心医院", "4303"},
	{"示例衡阳市第三医院", "4304"}, {"示例邵阳市中心医院", "4305"}, {"示例岳阳市人民医院", "4306"}, {"示例常德市第二医院", "4307"},
	{"示例张家界市人民医院", "4308"}, {"示例益阳市第四医院", "4309"}, {"示例郴州市第二医院", "4310"}, {"示例永州市中心医院", "4311"},
	{"示例怀化市第一医院", "4312"}, {"示例娄底市中心医院", "4313"}, {"示例湘西州民族医院", "4331"}, {"示例浏阳市乡镇卫生院", "4301"},
}

// gift is one amount of money that came in.
type gift struct {
	day       int // days after 27 January
	fen       int64
	channel   string
	donor     string
	organiser string
}

// gifts are the money: 13,547,626.00 yuan in all. Two drives stand in it:
// 252,000 and 150,000 yuan, many givers behind one organiser.
func gifts() []gift {
	const total = 13_547_626_00
	list := []gift{}
	sum := int64(0)
	add := func(g gift) {
		list = append(list, g)
		sum += g.fen
	}
	drive := func(organiser string, day int, parts []int64) {
		for i, yuan := range parts {
			add(gift{day + i%3, yuan * 100, "示例对公账户", "", organiser})
		}
	}
	drive("示例长沙建材有限公司", 4, []int64{100_000, 32_000, 20_000, 18_000, 25_000, 12_000, 15_000, 10_000, 8_000, 12_000})
	drive("示例湘潭机械有限公司", 8, []int64{60_000, 30_000, 18_000, 12_000, 15_000, 15_000})
	channels := []string{"示例对公账户", "示例二维码", "示例网上捐款"}
	for i := range 120 {
		yuan := int64(9_000 + (i*7919)%171_000)
		add(gift{1 + i%20, yuan*100 + int64(i%7)*11, channels[i%3], donors[i%len(donors)].name, ""})
	}
	add(gift{21, total - sum, "示例对公账户", "示例省企业家协会", ""})
	return list
}

// unit is the unit in which the story counts a class: its base unit.
func unit(class string) qty.Unit {
	switch class {
	case "gloves-medical", "shoe-cover":
		return qty.Pair
	case "alcohol", "soap", "disinfectant":
		return qty.Bottle
	}
	return qty.Piece
}
