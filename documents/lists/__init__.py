"""Lists: papers that are made of a whole bureau or section (`Form.over` is not "register").

    wanted = Asked(form=spec.form("ledger"), spec=spec, unit=section, reader=user)
    paper = compose(wanted)            # → ListPaper: document, how many rows, what the reader may not see
    compose(wanted, rows=range(0, 60)) # one page of it, for the screen

What a list goes over decides who reads the rows: `registers` (what is in force or in a cycle), `powers`, `procedures`.
"""
