/* What axe finds gravely wrong with a page; needs axe. Contrast depends on how a text looks alone: each look (its colours, those behind
   it, its size) is judged where it is first seen. `known`: the looks that passed on earlier pages. Of rows that are built alike one is
   judged: a row that lacks a name, a text or a label is built otherwise. A head and a menu that are judged already stand there
   empty meanwhile: axe looks even at what it is to leave out, and they are most of many a page. */
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
    const built = element => `${element.tagName}[${[...element.attributes].map(({name, value}) =>
        /^(class|role|type|style|scope|lang|tabindex|aria-(?!.*(by|controls|details|owns)$).*)$/.test(name) ? `${name}=${value}` : name + !value)}`
        + `]${[...element.childNodes].map(node => node.nodeType === Node.ELEMENT_NODE ? built(node)
            : node.nodeType === Node.TEXT_NODE && node.textContent.trim() ? 'text' : '')}`;
    const rows = new Map(), alike = [...document.querySelectorAll('tbody > tr, li')].filter(row => {
        const known = rows.get(row.parentElement) || new Set(), how = built(row), isKnown = known.has(how);
        rows.set(row.parentElement, known.add(how));
        return isKnown;
    });
    const grave = ['serious', 'critical'];
    const others = axe._audit.rules.filter(rule => !grave.includes(rule.impact) || rule.id === 'color-contrast');
    const rules = Object.fromEntries(others.map(rule => [rule.id, {enabled: false}]));
    const results = [];
    if (fresh.length) {
        const only = {runOnly: ['color-contrast'], resultTypes: ['violations', 'passes'], elementRef: true};
        results.push(await axe.run({include: fresh}, only));
        results[0].passes.forEach(rule => rule.nodes.forEach(node => passed.add(look(node.element))));
    }
    const around = isFirst ? [] : [...document.querySelectorAll('header.top, nav.menu')];
    const places = around.map(element => element.cloneNode());
    around.forEach((element, index) => element.replaceWith(places[index]));
    results.push(await axe.run({exclude: alike}, {resultTypes: ['violations'], rules}));
    around.forEach((element, index) => places[index].replaceWith(element));
    const found = results.flatMap(result => result.violations).filter(one => grave.includes(one.impact));
    return {passed: [...passed], found: found.map(one => ({
        rule: one.id, help: one.help, where: one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)),
    }))};
}
