package corpus

import "fmt"

// message is a message object as MESSAGE_CREATE and MESSAGE_UPDATE have it.
func (c *Corpus) message(dst []byte, p place) []byte {
	dst = fmt.Appendf(dst, `{"type":0,"tts":false,"timestamp":"%s","pinned":false,"nonce":"%d",`,
		c.moment(1), c.fresh())
	dst = c.content(dst, p)
	dst = append(dst, `,"channel_type":0,"member":`...)
	dst = c.member(dst, p, -1)
	dst = fmt.Appendf(dst, `,"guild_id":"%d"`, p.id())
	if c.chance(12) {
		dst = fmt.Appendf(dst, `,"message_reference":{"type":0,"channel_id":"%d","message_id":"%d","guild_id":"%d"},`+
			`"referenced_message":{"type":0,"tts":false,"timestamp":"%s","pinned":false,`,
			c.channel(p), c.fresh(), p.id(), c.moment(2))
		dst = c.content(dst, p)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// content is the part that a message and the one it answers have in common.
func (c *Corpus) content(dst []byte, p place) []byte {
	dst = append(dst, `"mentions":[`...)
	if c.chance(30) {
		dst = c.someone(dst, p)
	}
	dst = append(dst, `],"mention_roles":[`...)
	if c.chance(5) {
		dst = fmt.Appendf(dst, `"%d"`, c.role(p))
	}
	dst = fmt.Appendf(dst, `],"mention_everyone":false,"id":"%d","flags":0,"embeds":[`, c.fresh())
	if c.chance(25) {
		dst = c.embed(dst)
	}
	dst = fmt.Appendf(dst, `],"edited_timestamp":null,"content":"%s","components":[],"channel_id":"%d","author":`,
		c.text(3, 32), c.channel(p))
	dst = c.someone(dst, p)
	dst = append(dst, `,"attachments":[`...)
	if c.chance(20) {
		dst = c.attachment(dst)
	}
	return append(dst, ']')
}

func (c *Corpus) embed(dst []byte) []byte {
	dst = fmt.Appendf(dst, `{"type":"rich","title":"%s","description":"%s","url":"https://example.com/%d","color":%d,`+
		`"timestamp":"%s","footer":{"text":"%s"},`+
		`"thumbnail":{"url":"https://cdn.example.com/%d.png","width":128,"height":128},`+
		`"author":{"name":"%s","icon_url":"https://cdn.example.com/%d.png"},"fields":[`,
		c.text(2, 5), c.text(10, 40), c.fresh(), c.random.IntN(1<<24), c.moment(3), c.text(1, 4), c.fresh(),
		c.text(1, 2), c.fresh())
	dst = join(dst, c.random.IntN(5), func(dst []byte, i int) []byte {
		return fmt.Appendf(dst, `{"name":"%s","value":"%s","inline":%t}`, c.text(1, 2), c.text(2, 8), i%2 == 0)
	})
	return append(dst, `]}`...)
}

func (c *Corpus) attachment(dst []byte) []byte {
	id := c.fresh()
	return fmt.Appendf(dst, `{"id":"%d","filename":"picture.png","size":%d,`+
		`"url":"https://cdn.example.com/a/%d/picture.png",`+
		`"proxy_url":"https://media.example.com/a/%d/picture.png","width":%d,"height":%d,"content_type":"image/png"}`,
		id, c.random.IntN(5_000_000), id, id, 100+c.random.IntN(2000), 100+c.random.IntN(2000))
}
