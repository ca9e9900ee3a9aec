"""The stand-alone verifier under attack: damaged, forged and hostile evidence packs. None may be called intact."""

from drills.plumbing.model import Drill

DRILL = Drill(
    title="独立核验程序：损坏的、伪造的、存心害人的证据包，没有一个被说成完好；程序自己的核验对同一份历史说得一样",
    unit="个证据包",
    count=12000,
    quick=120,
    fault="核验程序不比较封印",
    alike=True,
)
