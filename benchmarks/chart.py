"""Bar charts as SVG: horizontal bars in groups, in colours that can be read on white and on black."""
from xml.sax.saxutils import escape

TEXT, OURS, PEER = "#777b80", "#2f81f7", "#8c959f"
WIDTH, LABELS, VALUES, ROW = 640, 190, 110, 20

def bars(title, note, groups, show):
    """groups: [(name, [(label, value, ours)])], all to one scale; show(value) is what stands behind a bar."""
    most = max(value for _, rows in groups for _, value, _ in rows)
    out, y = [], 56
    def text(x, y, words, more=""): out.append(f'<text x="{x:g}" y="{y:g}"{more}>{escape(words)}</text>')
    text(8, 20, title, ' font-size="15" font-weight="bold"')
    text(8, 38, note)
    for name, rows in groups:
        if name:
            text(8, y + 13, name, ' font-weight="bold"')
            y += ROW
        for label, value, ours in rows:
            text(LABELS - 8, y + 13, label, ' text-anchor="end"' + (' font-weight="bold"' if ours else ""))
            length = max(1, (WIDTH - LABELS - VALUES) * value / most)
            out.append(f'<rect x="{LABELS}" y="{y + 3}" width="{length:.1f}" height="{ROW - 6}" rx="2" fill="{OURS if ours else PEER}"/>')
            text(LABELS + length + 6, y + 13, show(value))
            y += ROW
        y += 8
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="12" fill="{TEXT}"><title>{escape(title)}</title>\n' + "\n".join(out) + "\n</svg>\n")
