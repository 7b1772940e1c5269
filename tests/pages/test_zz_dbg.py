from tests.pages.test_faults import *
import time
def test_dbg(house, app_of, caplog):
    house.front.fail("user","500")
    page = app_of(house.front, house.key("user")).run()
    house.front.heal()
    print(notices(page), list(buttons(page)))
    buttons(page)["Retry"].click().run()
    print(notices(page), list(buttons(page)), page.exception, texts(page))
    page.run()
    print(notices(page), list(buttons(page)), page.exception, texts(page)[:300])
    for i in range(3):
        t=time.time(); page.run(); print(time.time()-t)
        t=time.time(); x=everything(page); print(time.time()-t, len(x))
        t=time.time(); page._tree; print(time.time()-t, len(x))
    import cProfile, pstats
    p=cProfile.Profile(); p.enable(); page.run(); p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(25)
