"""任务: the clauses of a measure that ask somebody to do something, each with its day or rhythm and the organs it names.

A clause that only says to what end belongs to the task before it. Nothing is made up: a task without a day or an organ in
the text has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from zhunsheng.plans.deadlines import Due, due_in, only_when
from zhunsheng.plans.responsible import NOTHING, Remark, cut_remarks, labelled_lines, organs_in, remark_in

_SENTENCE = re.compile(r"[^。；;！\n]+?(?=[。；;！\n]|$|：(?=（1）|①|1[.．、]|一是))")
_COUNTED = re.compile(
    r"^(?:[①-⑳]|（\d{1,2}）|\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]是(?:要)?|首先|其次|再次|最后|此外|同时)，?"
)
_HOW = (
    "积极|深入|全面|大力|稳步|加快|纵深|扎实|持续|切实|认真|严格|有效|进一步|逐步|充分|依法|依法依规|统一|主动|自觉|及时|定期|重点|合理|继续|不断|坚决"
    "|科学|分类|分级|分领域|分层|率先|适时|按时|按期|如期|按规定|常态化|有序|规范|集中|统筹|动态|广泛|高标准|高质量|高效|因地制宜|分批|分步|从严|精准|牢固|协同|联合|强力|着力|大幅|同步|适时|一体|逐项|逐一|逐级|综合(?=设置|运用|施策)"
)
_DO = (
    "健全|建立|完善|制定|制订|出台|编制|编印|修订|修改|废止|构建|搭建|建设|建成|建好|组建|设立|设置|成立|推行"
    "|推广|实行|落实|执行|实施|贯彻|学习|深化|推进|配合|协助|探索|开展|组织|举办|召开|梳理|清理|规范|强化|加强"
    "|加大|明确|划分|整合|统筹|引导|鼓励|支持|培育|选树|做好|抓好|抓实|抓紧|用好|办好|管好|办理|接受|拓宽|拓展"
    "|厘清|管理|发挥|参与|履行|治理|整治|打击|查处|查办|纠治|纠正|优化|简化|精简|压减|压缩|取消|下放|承接|扩大"
    "|运用|利用|注重|公开|公布|公示|创新|配齐|配强|配备|选聘|聘任|听取|研究|督促|督导|严禁|严控|严把|严肃|严厉"
    "|放宽|完成|营造|谋划|印发|发布|启动|争创|创建|申报|开通|上线|对接|打通|归集|录入|汇总|报送|上报|报告|评选"
    "|评估|评查|排查|化解|调处|防范|杜绝|压实|夯实|筑牢|守牢|通报|约谈|追究|征求|邀请|吸纳|指导|受理|反馈|整改"
    "|验收|总结|汇编|举行|安排|部署|确定|细化|分解|考核|考评|检查|督察|督查|审查|审核|备案|普及|宣传|培训|轮训"
    "|测评|走访|回访|调研|升级|延伸|保障|维护|保护|统一|调整|充实|聘请|新增|培养|选派|派驻|更新|抽查|核查|核实"
    "|监测|研判|会商|改造|新建|改建|预防|处置|防控|理顺|提出|发放|发送|树立"
)
_ORDERS = re.compile(
    rf"^(?:(?:{_HOW})(?:、|和|并|地)?){{0,3}}(?:和|并)?(?:{_DO})|^(?:主动|定期|及时)向|^按规定对|^分[两三四五\d](?:期|批|阶段|轮)(?:{_DO})|^[\u4e00-\u9fff、]{{2,8}}(?:日|期|学|假|节)前(?:{_DO})|^以[^，]{{2,20}}(?:方式|模式|形式|手段)(?:{_DO})|^在(?:各|每|全[县市区州省]|所有|重点|有关)[^，]{{1,14}}(?:设立|设置|建立|开展|推行|实行|推广|组织|公开|公布|配备|建设)"
)
"""A clause that begins so asks for something of its own."""
_LAYS_HANDS_ON = re.compile(
    rf"^(?:要(?![求素点件闻])|将|把|[\u4e00-\u9fff]{{2,12}}的(?=按|由|予以|一律|要|应当|责令|依法)|[^，的]{{2,25}}的[\u4e00-\u9fff]{{2,6}}(?:必须|应当|一律)|对(?=.*(?:进行|开展|实行|予以)|[^，]{{2,25}}?(?:逐项|逐条|逐件|逐一|逐个|一律|全部|{_HOW})(?:{_DO})))"
)
_TELLS = re.compile(
    r"已(?![有经]的)|是(?!否)|^.{1,3}$|：$|率\d[\d.]*%$|^以创新|(?:意义|本|等(?:规定|文件)|为指导|为引领)$|^(?:联系|附|责任|牵头|配合)"
)
"""What is told and not asked for."""
_GOES_ON = re.compile(
    r"^(?:且|但|而|或|其中|即|如|特别是|尤其是|包括|每|至少|不少于|不低于|不超过|原则上|平均|以|在|从|由|用|于|与|和|及|因|按|为|使|报(?!送|告)|未经|进行|办公室设|重大(?:纠纷|隐患|问题|情况|案件)|须|[“《\d一A-Za-z]|[\u4e00-\u9fff]{0,4}\d)"
)
"""A clause that begins so goes on with the one before it: a preposition, a conjunction, a number, a name. These are few; the words
tasks begin with are many."""
_RESULTS = re.compile(
    r"^(?:(?:着力|从源头上(?:预防和)?|不断|切实|努力|全面|持续|有效|进一步|全方位|大力|加快|积极|最大限度)?(?:解决|提升|提高|增强|打造|推动|促进|实现|形成|确保|助推|凝聚|带动|倒逼|防止|避免|减少|压实|激发|破除"
    r"|转变|做到|达到|发现|营造|优化提升|筑牢|夯实|维护|保障|保护|巩固|拓展宣传)|使|让|为(?!进一步)|并(?!建立|完善|组织|实施|开展|落实)|实现|[\u4e00-\u9fff]{2,4}(?:结果|情况)(?:向|纳入|作为|报|与)|[\u4e00-\u9fff、]{2,12}(?:率|比例|占比)均?(?:达|提高|提升|不低于|保持|控制)|[\u4e00-\u9fff]{2,4}(?:人数|人次)\d)"
)
"""What something is to bring about belongs to what goes before."""
_STATES = re.compile(
    r"(?:更加|日益|明显|显著|大幅)[\u4e00-\u9fff]{2,6}$|(?:不断|持续|稳步|全面|有效)(?:提高|提升|增强|改善|优化|下降|向好)$|具有[^，]{0,6}意义$"
)
"""What is to be so in the end is no order."""
_DOES = "组织|开展|建立|健全|完善|制定|出台|印发|公布|召开|举办|落实|做好|加强|加大|督促|指导|会同|对(?!接|应)|将|把|按照|根据|结合|在(?!线)"
"""What an organ of a place does where no word such as 要 stands between."""
_LEADS = re.compile(
    r"^(?:聚焦|对|与|凡|凡属|属于|涉及|确有|坚持|按照|根据|依据|围绕|紧紧围绕|紧扣|以(?!及)|通过|立足|突出|针对|抓住|着眼|始终|结合|适应|面向|依托|借助|为(?=进一步))"
)
"""A clause that begins so, or ends in 下 or 的, leads up to the one behind it."""
_UNTIL = re.compile(r"[日底末月](?:之|以)?前$")
_SINCE = re.compile(r"^(?:[从自].*|20\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?)起$")
_RULE_FIRST = re.compile(r"^(?:要|应当|应|须)?(?P<rule>按照|根据|依据|围绕|结合|针对)")
_BY_RULE = re.compile(
    rf"^(?:按照|根据|依据|围绕|聚焦|结合|依托|利用|借助)[^，]{{0,30}}(?:原则|要求|规定|部署|标准|方式|模式|节点|平台|契机|载体|渠道|形式|分工|领域|实际|等)(?:{_HOW})?(?:{_DO})"
)
"""By which rule, and what: 按照“谁制定、谁清理”原则开展清理."""
_WHERE = re.compile(rf"^(?:重点)?在[^，]{{2,40}}(?:领域|方面|环节|行业)(?:内|中)?(?:{_HOW})?(?:{_DO})")
_MEANS = re.compile(
    r"^(?:充分|有效|积极)?(?:利用|运用|抓住)[^，]*等(?:多种|各类)?(?:节点|契机|时机|机会|平台|载体|阵地|渠道|媒体|形式|手段|方式)$"
)
_EXCEPT = re.compile(r"^除[^，]+(?:外|以外|之外)$")
_BRINGS = re.compile(rf"^以.{{2,12}}(?:带动|促进|推动|倒逼|提升|完善)|^以[^，]{{2,20}}(?:方式|模式|形式|手段)(?:{_DO})")
_PROMISES = re.compile(r"^以创新")
_FIRST = re.compile(
    rf"^(?:{_HOW})?(?:推动|提高|提升|确保|增强|形成|实现|打造|促进|巩固|减少|降低|缩短)|^(?!.*已)[\u4e00-\u9fff]{{2,3}}\d[\d.]*[\u4e00-\u9fff]{{1,3}}以上"
)
"""At the beginning of a sentence these, or a verb with a number to be reached, ask for something; later they say to what end."""
_STAFFS = re.compile(r"^增强.*(招录|培养|力量)")
_OBLIGES = re.compile(
    r"应当|不得|严禁|必须|须(?![知臾])|(?:率|比例|占比|期限)(?:[^，已]{0,4})(?:达到|不低于|达|保持在|控制在|提高到|提升到|降至|压缩到|压缩至|缩短至|缩短到)[\d.]+|要深入|要切实|要在|要按|要牢固|每年|每季度|每个季度|每半年|每月|每人|每\d+年|每两年|至少|不少于|按季度|按月|年底前|年前|月底前|\d月(?:\d{1,2}日|份|末|上旬|中旬|下旬)?(?:之|以)?前|季度(?:末|底)?前|纳入|一并"
)
_OF = re.compile(r"的[\u4e00-\u9fff]{2,6}$")
_MUST_FIRST = re.compile(r"^(?:应当|必须|须|应(?!急|诉|对|用)|一律)")
_SUFFIX = (
    "依法治[省市县区州]办(?:公室)?|组织部|宣传部|统战部|政法委|纪委监委|监委|纪委|党工委|理论学习中心组|中心组|党委常委会|党委会|党组会|局务会|办公会议?|常委会会议|政府常务会议|常务会议|常委会|党委政府|党委|党组|人民政府|政府|办公室|办事处|委员会|管委会|司法局|司法所|监管所|财政所|自然资源所|局|厅|审查中心|服务中心|中心|部门负责人|主要负责人|部门"
    "|被诉行政机关|行政机关|执法机关|执法主体|责任主体|制定机关|决策机关|起草单位|机关|议事协调机构|临时机构|派出机构|内设机构|复议机构|机构|单位|街道|乡镇|镇|法院|检察院|编办|政府办|领导小组|执法大队|大队|支队|执法队|中队|派出所|工作站|分局|党政办|综治办|平安办|经发办|政务办|社区|村委会|(?<=各)村(?:（社区）)?|(?<=各)站所|(?<=各)地|(?:[办股督][\u4e00-\u9fff])?科室|股室|处室|督查室|档案馆|[\u4e00-\u9fff]{2}处(?![理置罚分于在])|[\u4e00-\u9fff]{2}股(?![份东权])|中小学|(?<=各)学校|(?<![学百本各])科(?!学|技|普|研|目|级|协)|[\u4e00-\u9fff]{2}办(?!理|好|法|结|案|事|公|学|证|税|赛|展|会|班|成|医|复)|委员会|班子成员|主要负责同志|执法人员|领导干部"
)
_ORGAN = rf"(?:(?:各级|各|有关|(?:[省市县区州]、)?[省市县区州](?:[两三四]级)?|县级以上|本级|承担[\u4e00-\u9fff]{{2,12}}的)?(?:[\u4e00-\u9fff]{{0,10}}?(?:{_SUFFIX})|(?<=各)(?:县区|区县|市县|市州|州市|县|市|州|区|地))(?:（[^）]{{1,12}}）)?(?:人民政府|政府|局)?|各?(?:县|乡镇|镇|乡|村|街道)（[^）]{{1,8}}）(?:人民政府|政府|办事处|局)?)"
_AN_ORGAN = re.compile(_ORGAN)
_LIST = rf"{_ORGAN}(?:(?:[、和及]|会同|联合){_ORGAN})*"
_TOGETHER = re.compile(rf"{_LIST}(?:会同|联合){_LIST}")
"""Who with whom, and what they do behind it."""
_WITH = re.compile(rf"(?:会同|^联合)({_LIST})")
_EACH = re.compile(
    r"^(?!原则上|确保|做到|实现|并|且|其中|至少|平均)[\u4e00-\u9fff（）、]{2,10}(?=每(?:个)?(?:年|季度|半年|半月|月|学期|周))"
)
"""Whoever does something every year is asked for it on his own: 县级每年至少培训1次."""
_DAY_FIRST = re.compile(
    r"^[省市县区州乡镇]{1,2}级(?!以上|以下)|^(?:力争|争取|到|于|在)?(?:20\d\d年|今年|年底|年终|年内|全年(?!不少于|至少|累计|\d)|(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月|[上下]半年|上、?下半年|第?[一二三四]季度|每(?:个|家|名|所|位)[^，\d]{2,8}(?:抽取|报送|组织|开展|培养|建成|完成|安排)|每(?:年|半年|学期|[个]?季度|月|周|\d|[一二两三四五]个?[年月])|\d{1,2}月?(?:至|—|-)\d{1,2}月|第[一二三四\d]{1,2}(?:期|批|阶段)(?:于|在))"
)
_MUST_ITSELF = re.compile(r"^[^，的]{2,14}(?<!依法)(?:应当|必须)")
"""What must be so of a thing that the clause before it did not speak of: 顾问意见应当存档."""
_MEASURED = re.compile(r"(?:率|比例|占比)(?:达|提高|提升|不低于|保持|控制)[^，]*\d")
_YEAR_SAID = re.compile(r"(20\d\d)年")
"""In a plan of several years a month goes with the year its sentence named before."""
_BARE_DAY = re.compile(r"^(?:到|至)?20\d\d年(?:底|末)?(?:前)?$")
_PARTS = "(?:牵头|负责|配合|协助|参与|参加|组织实施|统筹指导|统筹协调|组织(?=$))"
_BY = re.compile(
    rf"^(?:由({_LIST}){_PARTS}[\u4e00-\u9fff]{{0,6}}|(?!.+由)({_LIST}){_PARTS}(?:具体|共同|抓好|做好|落实|实施|推进|办理|组织|负责|配合|工作){{0,3}})$"
)
"""A clause that says who is to do what stands before it: 由区司法局牵头, 各街道办事处配合."""
_DONE_BY = re.compile(rf"由({_LIST})(?:{_HOW})?(?:牵头|负责|挂牌|{_DO})")
"""Within a clause: 考核由区司法局牵头组织实施."""
_MUST = r"主要负责(?![人同])|要|应当|应(?!急|诉|对|用)|须|必须|不得|每年|每季度|每半年|每月|每半月|每周|每日|\d{1,2}月份?(?=组织|开展|举办|召开|举行)|每学期|每两|按(?:月|季度?|年)(?!度)|年终|分别|将(?![来要])|会前|专题(?=学习|研究|听取|部署)|学法|结合|适时|及时|主动|任期|带头|原则上|统筹|定期|负责(?!人)|在党委|牵头|会同|一季度|二季度|三季度|四季度|于[一二三四]季度|组织(?=开展|实施|召开|编制)|(?:[\u4e00-\u9fff]{2,4}后)?于(?:20|每|次年|当年|翌年|\d)|20\d\d年|\d{1,2}月(?:底|末|份|[上中下]旬|\d{1,2}日)?前|年底前|年内|全年"
_SUBJECT = re.compile(
    rf"^(?!联合)(?:由|请)?(?:({_LIST})(?={_MUST})|((?:[各区县市州省镇乡]|有关){_LIST})(?={_DOES}|(?:{_HOW})(?:{_DO}))|((?:各|有关){_LIST})(?={_DO}))"
)
_JOINTLY = re.compile(rf"^联合{_LIST}(?={_MUST}|(?:{_HOW})?(?:{_DO}))")
_IS = re.compile(r"^(?:牵头|责任|主办|承办)单位[为是](.+)$")
_NOT_AN_ORGAN = re.compile(
    rf"^(?:{_HOW}){{0,2}}(?:{_DO})(?![局厅办]|机关|单位|中心)|^(?:坚持|推动|确保|对|以|将|把)|的是|通过|对于|[\u4e00-\u9fff]{{1,6}}由"
)
_MOVED = re.compile(
    r"(?:推动|鼓励|督促|指导)((?:有关|各)?(?:行政执法机关|行政机关|[\u4e00-\u9fff]{0,6}议事协调机构|街道|社区|乡镇|各部门|各单位))(?=切实|发挥|指导|依法|建立|落实|开展|完善|制定)"
)


_ROUGH = re.compile("[上下]半年|季度|年内")
"""A due that gives way to a day of the remark within it."""
_ONLY_HOW_MUCH = re.compile(r"至少|不少于|不低于|[^年月周季每]+以上$")
"""A due that says but how much is to be done leaves the day to the remark."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as the text puts it. ``due``: the words of its day or rhythm; ``due_on``: the day, where it is one. ``organs``:
    all it names; ``lead`` and ``joint``: those of a remark that says who leads and who cooperates, and with whom (会同)."""

    text: str
    due: str = ""
    due_on: str = ""
    organs: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()

    def under(self, remark: Remark) -> Task:
        """With what a remark says of it; a day in the task itself stands before that of the remark."""
        due, due_on = (self.due, self.due_on) if self.due else (remark.due.words, remark.due.on)
        if _ROUGH.search(due) and "" < remark.due.on < due_on:
            due, due_on = remark.due.words, remark.due.on
        if _ONLY_HOW_MUCH.match(due) and remark.due.words and remark.due.words != due:
            due, due_on = f"{remark.due.words}，{due}", remark.due.on
        organs = tuple(dict.fromkeys((*self.organs, *remark.lead, *remark.joint)))
        joint = tuple(dict.fromkeys((*self.joint, *remark.joint)))
        return replace(self, due=due, due_on=due_on, organs=organs, lead=remark.lead or self.lead, joint=joint)


def tasks_of(title: str, text: str, year: int | None = None, stated: Remark = NOTHING) -> Iterator[Task]:
    """The tasks of a measure, in order; those of its title where it has no text. ``stated``: who and when for the whole
    measure, where nothing else is said."""
    found: list[tuple[Task, Remark]] = []
    since, closed = 0, False
    for paragraph, whole in labelled_lines((text or title).split("\n"), year):
        if whole:
            found[since:] = [(task, remark.over(whole)) for task, remark in found[since:]]
            closed = True
            continue
        if closed:
            since, closed = len(found), False
        for piece, remark in cut_remarks(paragraph, year):
            told = list(_tasks_in(piece, year))
            if remark and not told and piece.strip("。；， "):
                told = [_task(_SENTENCE.findall(piece)[-1], (), year)]  # somebody is named for it, whatever its words
            found += [(task, NOTHING) for task in told]
            if remark:
                found[since:] = [(task, own.over(remark)) for task, own in found[since:]]
                since = len(found)
    if not found and text and (said := _said_alone(text, year)):
        # A title that is the task, and below it but who does it: 规上工业增加值增长8%。 责任单位：市经信局
        found = [(task, said) for task in _tasks_in(title, year)] or [(Task(title.strip("。")), said)]
    yield from (task.under(remark.over(stated)) for task, remark in found)


def _said_alone(text: str, year: int | None) -> Remark:
    """What a text says that says nothing but who and by when; nothing where it says more."""
    lines = list(labelled_lines(text.split("\n"), year))
    return lines[0][1] if len(lines) == 1 and not lines[0][0] else NOTHING


def _tasks_in(text: str, year: int | None) -> Iterator[Task]:
    """The tasks of some sentences. Whoever a sentence names first is asked for what follows in it too."""
    last: Task | None = None
    head: tuple[str, ...] = ()
    for found in _SENTENCE.finditer(text):
        sentence = found[0].lstrip("： ")
        if text[found.end() : found.end() + 1] == "：":
            continue  # it says what the items behind it are of
        if last is not None and _only_says_who(sentence.strip()):
            due = due_in(sentence, year)
            organs = tuple(dict.fromkeys((*last.organs, *_subjects(sentence.strip()))))
            last = replace(last, organs=organs)
            last = last if last.due else replace(last, due=due.words, due_on=due.on)
            continue
        if text[found.start() - 1 : found.start()] not in ("；", ";"):
            head = ()  # what stands behind a semicolon goes on with the organ the whole sentence begins with
        named, day, by = head, _day_of_all(sentence, year), _by_whom(sentence.strip(), year)
        for number, clause in enumerate(_clauses(_COUNTED.sub("", sentence.strip()))):
            named = tuple(_subjects(clause)) or (() if _EACH.match(clause) else named)
            head = named if number == 0 and _subject_of(clause) else head
            if _is_task(clause) or not _TELLS.search(clause):
                if last is not None:
                    yield last
                said = _YEAR_SAID.findall(sentence[: sentence.find(clause)])
                last = _task(clause, named, year or (int(said[-1]) if said else None))
                last = last if last.due else replace(last, due=day.words, due_on=day.on)
                last = replace(last, lead=by.lead, joint=tuple(dict.fromkeys((*by.joint, *last.joint)))) if by else last
                last = replace(last, organs=tuple(dict.fromkeys((*last.organs, *by.lead, *by.joint))))
    if last is not None:
        yield last


def _by_whom(sentence: str, year: int | None) -> Remark:
    """Who leads and who cooperates, where a sentence begins with it: 由执法队牵头，派出所配合，二季度开展检查."""
    said = list(takewhile(_BY.match, _pieces(sentence)))
    return remark_in("，".join(piece.removeprefix("由") for piece in said), year) if said else NOTHING


def _day_of_all(sentence: str, year: int | None) -> Due:
    """The day a whole sentence begins or ends with: 4—6月，组织考试，通报结果; 评估文件，提出意见，三季度完成."""
    first, *others = _pieces(sentence)
    due = due_in(first, year)
    if due.is_dated and due.words == first:
        return due
    last = others[-1] if others else ""
    due = due_in(last, year)
    is_of_all = due.is_dated and (due.words == last or last.endswith("完成")) and only_when(last, ends=True)
    return due if is_of_all else Due()


def asks(sentence: str) -> bool:
    """Whether a sentence asks for something where a title would but name it: it says who, by when, how often or that one must."""
    by_whom = any(map(_subject_of, _pieces(sentence)))
    return by_whom or bool(due_in(sentence).words) or _OBLIGES.search(sentence) is not None


def _only_says_who(sentence: str) -> bool:
    """Whether a sentence says but who does what stands before it, and by when: 由市司法局牵头，各部门配合，8月底前完成."""
    pieces = list(_pieces(sentence))
    return any(map(_BY.match, pieces)) and all(_BY.match(one) or only_when(one, ends=True) for one in pieces)


def _clauses(sentence: str) -> Iterator[str]:
    """A sentence cut before each clause that begins a task of its own."""
    current, complete = "", False
    pieces = list(_pieces(sentence))
    for number, piece in enumerate(pieces, 1):
        is_next_step = (
            due_in(current).is_dated and due_in(piece).is_dated and not piece.startswith(("力争", "争取", "确保"))
        )
        if current and not is_next_step and only_when(piece, ends=number == len(pieces)):
            current = f"{current}，{piece}"  # when the task before it is to be done
            continue
        # 法制审核后作出，未经审核不得作出: the second says the same of what begins the sentence.
        begins = _begins(piece) and not (number == 2 and piece.startswith("未经"))
        is_another = complete and _is_another(piece)
        leads = _leads(piece) or _is_of(piece, pieces[number : number + 1])
        measured = _MEASURED.search(piece) is not None and _MEASURED.search(pieces[number - 2]) is not None
        if complete and (begins or leads or is_another or (number > 1 and measured)):
            yield current
            current, complete = piece, (begins or is_another) and not leads
        else:
            complete = complete or (begins and not leads) or (not current and _FIRST.match(piece) is not None)
            complete = complete or not (current or leads or _BY.match(piece) or _TELLS.search(piece))
            complete = complete or _MUST_FIRST.match(piece) is not None
            current = f"{current}，{piece}" if current else piece
    if current:
        yield current


def _pieces(sentence: str) -> Iterator[str]:
    """A sentence cut at its commas, those within quotation marks and brackets apart, and before 、鼓励."""
    depth, piece = 0, ""
    for character in sentence.replace("、鼓励", "，鼓励"):
        depth += (character in "“《（") - (character in "”》）")
        if character == "，" and depth <= 0:
            yield piece.strip()
            piece = ""
        else:
            piece += character
    yield piece.strip()


def _begins(clause: str) -> bool:
    if _BY.match(clause):
        return False
    if (
        _JOINTLY.match(clause)
        or "不得" in clause
        or _STAFFS.match(clause)
        or _subject_of(clause)
        or _DAY_FIRST.match(clause)
    ):
        return True
    if _EACH.match(clause) and not _ORDERS.match(clause):
        return True
    if _MUST_ITSELF.match(clause):
        return True
    if _RESULTS.match(clause) or _STATES.search(clause):
        return False
    return any(order.match(clause) for order in (_ORDERS, _LAYS_HANDS_ON, _BY_RULE, _WHERE))


def _is_another(clause: str) -> bool:
    """Whether a clause behind one that asks for something is likely to ask for something else, whatever its words."""
    belongs = (_GOES_ON.match, _RESULTS.match, _BY.match, _EACH.match, _STATES.search, _TELLS.search)
    return not any(found(clause) for found in belongs)


def _leads(clause: str) -> bool:
    if _BARE_DAY.match(clause) or due_in(clause).words == clause:
        return True
    subject = _subject_of(clause)
    if subject is not None and (rule := _RULE_FIRST.match(clause[subject.end() :])):
        return not _BY_RULE.match(clause[subject.end() + rule.start("rule") :])
    if subject is not None and _UNTIL.search(clause):
        return True
    if _TOGETHER.fullmatch(clause):
        return True
    if _LEADS.match(clause) and not (_LAYS_HANDS_ON.match(clause) or _BY_RULE.match(clause)):
        return "应当" not in clause and _BRINGS.match(clause) is None
    if _MEANS.match(clause) or _EXCEPT.match(clause) or _SINCE.match(clause):
        return True
    return (
        clause.endswith(("下", "的", "等", "上", "后", "中", "期间"))
        and not clause.endswith("以上")
        and len(clause) < 60
    )


def _is_of(piece: str, following: list[str]) -> bool:
    """Whether a piece but names what the one behind it orders something of: 拟处较大罚款的案件，必须集体讨论."""
    return _OF.search(piece) is not None and any(map(_MUST_FIRST.match, following))


def _is_task(clause: str) -> bool:
    first = (_FIRST.match(clause) or _LEADS.match(clause)) and not _PROMISES.match(clause)
    return (
        bool(first)
        or _OBLIGES.search(clause) is not None
        or due_in(clause).is_dated
        or any(_begins(piece) for piece in _pieces(clause))
    )


def _task(clause: str, named: tuple[str, ...], year: int | None) -> Task:
    due = due_in(clause, year)
    moved = tuple(found[1] for found in _MOVED.finditer(clause))
    joint = tuple(name for found in _WITH.finditer(clause) for name in _several(found[1]))
    organs = tuple(dict.fromkeys((*named, *moved, *joint)))
    return Task(clause.strip("，、：: "), due.words, due.on, organs, joint=joint)


def _several(text: str) -> Iterator[str]:
    """The organs of a list; 和 parts them only where an organ stands on both sides: 住房和城乡建设局 is one."""
    for name in organs_in(text):
        own, _, other = name.partition("和")
        yield from (own, other) if other and _AN_ORGAN.fullmatch(own) and _AN_ORGAN.fullmatch(other) else (name,)


def _subject_of(clause: str) -> re.Match[str] | None:
    found = _SUBJECT.match(clause)
    return found if found and not _NOT_AN_ORGAN.match(found[1] or found[2] or found[3]) else None


def _subjects(clause: str) -> Iterator[str]:
    """The organs that are to do it, where the clause names them."""
    for piece in clause.split("，"):
        if subject := _IS.match(piece) or _BY.match(piece) or _subject_of(piece) or _DONE_BY.search(piece):
            yield from _several(next(filter(None, subject.groups())))
