"""The eleven fields of work (体系): the folders of systems, the menu of the desk and the outline of the yearly report."""

from zhunsheng.kernel.words import Words

FIELDS_OF_WORK: dict[str, Words] = {
    "functions": Words("政府机构职能体系", "Functions of government"),
    "rulemaking": Words("依法行政制度体系", "Rule-making"),
    "decisions": Words("行政决策制度体系", "Decision-making"),
    "enforcement": Words("行政执法工作体系", "Enforcement"),
    "emergencies": Words("突发事件应对体系", "Emergencies"),
    "disputes": Words("社会矛盾纠纷预防化解体系", "Disputes"),
    "oversight": Words("行政权力制约和监督体系", "Oversight"),
    "technology": Words("法治政府建设科技保障体系", "Technology"),
    "leadership": Words("组织领导与推进机制", "Leadership"),
    "legal_education": Words("普法与公共法律服务", "Legal education and services"),
    "business_environment": Words("法治化营商环境", "Business environment"),
}
