"""Papers issued in cases (文书) and the series their numbers come from. How a paper looks is in ``layout``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhunsheng.security.sealing import SealedJSONField, names_of


class NumberSeries(models.Model):
    """文号序列: the last number given in one series of one year. Numbers run without gaps: the row is locked and the
    number taken in the transaction that uses it."""

    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+")
    pattern = models.CharField(_("文号格式"), max_length=120)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("最后的顺序号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("文号序列")
        constraints = (models.UniqueConstraint(fields=("organ", "pattern", "year"), name="one_series"),)

    def __str__(self) -> str:
        return f"{self.pattern} {self.year}: {self.last}"


class PaperTemplate(models.Model):
    """文书模板: a docx file an office made for one kind of paper of one version of a procedure. Kept for good, never edited:
    papers are made again from it. ``fields``: field as it is written in the file → its name."""

    key = models.CharField(_("文书"), max_length=120)
    file_name = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField("SHA-256", max_length=64)
    content = models.BinaryField(_("文件"))
    fields = models.JSONField(_("字段"), default=dict)
    added_by = models.ForeignKey("orgs.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("文书模板")

    def __str__(self) -> str:
        return self.file_name


class Paper(models.Model):
    """文书: a paper issued by a step of a case. ``values`` are the facts it was made from, so it can be made again;
    ``template`` is the office's own text it was issued with, empty for the built-in one."""

    case_id = models.BigIntegerField(_("案件"), db_index=True)
    sequence = models.PositiveIntegerField(_("办理记录序号"))
    system = models.CharField(_("系统"), max_length=60)
    version = models.DateField(_("程序版本"))
    kind = models.CharField(_("文书种类"), max_length=60)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("成文日期"))
    organ = models.ForeignKey("orgs.Organ", models.PROTECT, related_name="+", db_index=False)
    values = SealedJSONField(_("内容"), default=dict)
    template = models.ForeignKey(PaperTemplate, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = _("文书")

    def __str__(self) -> str:
        return self.number or self.kind

    def sealed_names(self) -> frozenset[str]:
        return names_of(self.system, printed=True)
