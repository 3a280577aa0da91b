"""Jobs by place and industry: panel, nowcast, shift-share and labour demand."""
