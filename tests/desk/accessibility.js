/* What axe finds wrong with a page; needs axe. Contrast takes nine tenths of the time and depends on how a text looks alone: each look
   (its colours, those behind it, its size) is judged where it is first seen. `known`: the looks that passed on earlier pages. */
async ({isFirst, known}) => {
    const passed = new Set(known), behind = new Map([[null, '']]);
    const shown = (names, styles, plain) => names.map((name, index) => styles[name] === plain[index] ? '' : styles[name]).join('|');
    const ground = element => {
        if (!behind.has(element)) {
            const own = shown(['backgroundColor', 'backgroundImage', 'opacity', 'filter', 'mixBlendMode', 'position'],
                getComputedStyle(element), ['rgba(0, 0, 0, 0)', 'none', '1', 'none', 'normal', 'static']);
            behind.set(element, ground(element.parentElement) + (own === '|||||' ? '' : `>${own}`));
        }
        return behind.get(element);
    };
    const look = element => {
        const text = getComputedStyle(element);
        return `${ground(element)}>${text.color}|${text.fontSize}|${text.fontWeight}|${text.textShadow}`;
    };
    const isText = element => element.checkVisibility() && (element.matches('input, select, textarea, button')
        || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim()));
    const fresh = [...document.body.querySelectorAll('*')].filter(element => isText(element) && !passed.has(look(element)));
    const around = isFirst ? document : {exclude: [['header.top'], ['nav.menu']]};
    const results = [await axe.run(around, {resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}})];
    if (fresh.length) {
        const only = {runOnly: ['color-contrast'], resultTypes: ['violations', 'passes'], elementRef: true};
        results.push(await axe.run({include: fresh}, only));
        results[1].passes.forEach(rule => rule.nodes.forEach(node => passed.add(look(node.element))));
    }
    return {passed: [...passed], found: results.flatMap(result => result.violations).map(one => ({
        rule: one.id, impact: one.impact, help: one.help, where: one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)),
    }))};
}
