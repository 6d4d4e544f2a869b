"""The addresses of the supervision pages (督导): plans, tasks, matrix, board, mechanisms."""

from django.urls import path

from zhunsheng.desk import mechanism_pages, plan_confirming, plan_pages, task_pages

urlpatterns = [
    path("", plan_pages.tree, name="plans"),
    path("plans/new/", plan_pages.new, name="plan-new"),
    path("plans/<int:pk>/", plan_confirming.plan, name="plan"),
    path("plans/<int:pk>/measure/<int:number>/", plan_confirming.save_measure, name="plan-measure"),
    path("plans/<int:pk>/defaults/", plan_confirming.save_defaults, name="plan-defaults"),
    path("plans/<int:pk>/confirm/", plan_confirming.confirm_plan, name="plan-confirm"),
    path("plans/<int:pk>/void/", plan_confirming.void_plan, name="plan-void"),
    path("tasks/", task_pages.mine, name="my-tasks"),
    path("matrix/", task_pages.matrix, name="matrix"),
    path("board/", task_pages.board, name="board"),
    path("mechanisms/", mechanism_pages.mechanisms, name="mechanisms"),
]
