package dev.keywright.session.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.session.Saved;
import dev.keywright.session.SessionLimit;
import dev.keywright.session.SessionOptions;
import dev.keywright.testing.WithRedis;
import jakarta.servlet.http.Cookie;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;

/** Sessions over real HTTP. */
@WithRedis
class SessionFilterTest {

    private static final int WRITES = 1_000;

    @Test
    void whoNeedsNoSessionGetsNoneAndCostsNothing(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            Browser browser = new Browser();
            assertThat(browser.get(shop.at("/plain"))).isEqualTo("no session needed");
            assertThat(browser.get(shop.at("/get?name=a"))).isEqualTo("no session");
            assertThat(browser.id()).isEmpty();
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
        }
    }

    @WithRedis({Topology.STANDALONE, Topology.CLUSTER})
    @TestTemplate
    void aShopOfTwoInstancesAndRestarts(Redis redis) {
        Browser browser = new Browser();
        try (Shop one = Shop.open(redis.uri());
                Shop other = Shop.open(redis.uri())) {
            assertThat(browser.get(one.at("/"))).isEqualTo("Welcome, stranger");
            assertThat(browser.get(one.at("/add?to=shoes"))).isEqualTo("1");
            assertThat(browser.get(other.at("/add?to=shoes"))).isEqualTo("2");
            assertThat(browser.get(one.at("/login?user=ann"))).isEqualTo("welcome");
            assertThat(browser.get(other.at("/"))).contains("Welcome, ann", "shoes: 2", "user: ann");
        }
        try (Shop restarted = Shop.open(redis.uri())) {
            assertThat(browser.get(restarted.at("/add?to=shoes"))).isEqualTo("3");
            assertThat(browser.get(restarted.at("/logout"))).isEqualTo("bye");
            assertThat(browser.id()).isEmpty();
            assertThat(browser.get(restarted.at("/"))).isEqualTo("Welcome, stranger");
            assertThat(restarted.sessions.findAll("user", "ann")).isEmpty();
        }
    }

    @Test
    void theCookieIsGivenOnceAndSafely(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri(), SessionOptions.DEFAULTS, SessionFilterOptions.DEFAULTS)) {
            HttpResponse<String> first = new Browser().response(shop.at("/login?user=ann"));
            List<String> cookies = first.headers().allValues("Set-Cookie");
            assertThat(cookies)
                    .singleElement()
                    .asString()
                    .matches("SESSION=[A-Za-z0-9_-]{40}; Path=/; Secure; HttpOnly; SameSite=Lax");
            String cookie = cookies.get(0).substring(0, cookies.get(0).indexOf(';'));
            HttpResponse<String> next = Browser.withCookie(shop.at("/"), cookie);
            assertThat(next.body()).contains("Welcome, ann");
            assertThat(next.headers().allValues("Set-Cookie")).isEmpty();
            HttpResponse<String> last = Browser.withCookie(shop.at("/logout"), cookie);
            assertThat(last.headers().allValues("Set-Cookie"))
                    .containsExactly("SESSION=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
        }
    }

    @Test
    void se3_aLoginChangesTheIdAndWhatSomebodyPlantedOpensNothing(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            String planted = shop.sessions.create().id();
            HttpResponse<String> answer = Browser.withCookie(shop.at("/set?name=a&value=b"), "SESSION=" + planted);
            assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).doesNotContain(planted);
            assertThat(shop.sessions.find(planted)).isEmpty();

            Browser browser = new Browser();
            browser.get(shop.at("/set?name=a&value=b"));
            String before = browser.id();
            assertThat(Browser.withCookie(shop.at("/get?name=a"), "SESSION=" + before)
                            .body())
                    .isEqualTo("b");
            assertThat(browser.get(shop.at("/login?user=ann"))).isEqualTo("welcome");
            assertThat(browser.id()).isNotEqualTo(before);
            assertThat(browser.get(shop.at("/get?name=a"))).isEqualTo("b");
            assertThat(Browser.withCookie(shop.at("/get?name=a"), "SESSION=" + before)
                            .body())
                    .isEqualTo("no session");
            assertThat(Browser.withCookie(shop.at("/get?name=a"), "SESSION=x; SESSION=" + browser.id())
                            .body())
                    .as("another cookie of that name, from another path")
                    .isEqualTo("b");
        }
    }

    @Test
    void logoutEverywhereEndsTheSessionsOfAllBrowsers(Standalone redis) {
        try (Shop one = Shop.open(redis.uri());
                Shop other = Shop.open(redis.uri())) {
            Browser home = new Browser();
            Browser office = new Browser();
            Browser somebody = new Browser();
            home.get(one.at("/login?user=ann"));
            office.get(other.at("/login?user=ann"));
            somebody.get(one.at("/login?user=bob"));
            assertThat(home.get(one.at("/logout-everywhere"))).isEqualTo("2");
            assertThat(office.get(one.at("/"))).isEqualTo("Welcome, stranger");
            assertThat(somebody.get(other.at("/"))).contains("Welcome, bob");
        }
    }

    @Test
    void aLimitOfSessionsIsSaidToWhoLogsIn(Standalone redis) {
        SessionOptions one = SessionOptions.DEFAULTS.withLimit("user", 1, SessionLimit.WhenFull.REFUSE);
        try (Shop shop = Shop.open(redis.uri(), one, Shop.PLAIN)) {
            shop.on("/careful", (request, response) -> {
                var session = request.getSession();
                var stored = SessionFilter.stored(session);
                stored.setIndex("user", "ann");
                if (stored.save() == Saved.FULL) {
                    session.invalidate();
                    response.sendError(409);
                }
            });
            assertThat(new Browser().response(shop.at("/careful")).statusCode()).isEqualTo(200);
            assertThat(new Browser().response(shop.at("/careful")).statusCode()).isEqualTo(409);
            assertThat(new Browser().response(shop.at("/login?user=ann")).statusCode())
                    .isEqualTo(500);
            assertThat(shop.sessions.findAll("user", "ann")).hasSize(1);
        }
    }

    @Test
    void se1_twoTabsThatWriteDifferentAttributesLoseNothing(Standalone redis) {
        try (Shop one = Shop.open(redis.uri());
                Shop other = Shop.open(redis.uri())) {
            Browser browser = new Browser();
            browser.get(one.at("/set?name=a&value=b"));
            CompletableFuture<Void> left = CompletableFuture.runAsync(() -> count(browser, one, "left"));
            count(browser, other, "right");
            left.join();
            assertThat(browser.get(one.at("/get?name=left"))).isEqualTo("1000");
            assertThat(browser.get(other.at("/get?name=right"))).isEqualTo("1000");
            assertThat(browser.get(other.at("/get?name=a"))).isEqualTo("b");
        }
    }

    private static void count(Browser browser, Shop shop, String counter) {
        for (int i = 1; i <= WRITES; i++) { // each answer is followed by the next request, so it must have been saved
            assertThat(browser.get(shop.at("/add?to=" + counter))).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void se2_aSessionThatEndedMeanwhileIsNotRevived(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            Shop.Gate gate = new Shop.Gate(
                    (request, response) -> request.getSession().setAttribute("late", "yes"),
                    (request, response) ->
                            response.getWriter().print(request.getSession().getAttribute("late")));
            shop.on("/slow", gate);
            Browser browser = new Browser();
            browser.get(shop.at("/login?user=ann"));
            String id = browser.id();
            CompletableFuture<HttpResponse<String>> slow = browser.later(shop.at("/slow"));
            gate.reached.acquireUninterruptibly();
            assertThat(shop.sessions.deleteAll("user", "ann")).isOne();
            gate.open.release();
            HttpResponse<String> answer = slow.join();
            assertThat(answer.body()).isEqualTo("yes");
            assertThat(answer.headers().allValues("Set-Cookie"))
                    .as("another tab may have a new one")
                    .isEmpty();
            assertThat(shop.sessions.find(id)).isEmpty();
            assertThat(redis.command("KEYS", "*")).isEmpty();
        }
    }

    @Test
    void isSavedBeforeTheBrowserSeesAnythingAndAgainAtTheEnd(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            String much = "x".repeat(100_000);
            for (Shop.Action commits : List.<Shop.Action>of(
                    (request, response) -> response.flushBuffer(),
                    (request, response) -> response.getWriter().print(much),
                    (request, response) -> response.getWriter().flush(),
                    (request, response) -> response.getOutputStream().write(much.getBytes(UTF_8)),
                    (request, response) -> response.getOutputStream().close())) {
                AtomicReference<String> id = new AtomicReference<>();
                Shop.Gate gate = new Shop.Gate(
                        (request, response) -> {
                            id.set(request.getSession().getId());
                            request.getSession().setAttribute("a", "early");
                            commits.answer(request, response);
                        },
                        (request, response) -> request.getSession().setAttribute("b", "late"));
                shop.on("/streaming", gate);
                CompletableFuture<HttpResponse<String>> answer = new Browser().later(shop.at("/streaming"));
                gate.reached.acquireUninterruptibly();
                assertThat(shop.sessions.find(id.get()).orElseThrow().attribute("a"))
                        .hasValue("early");
                gate.open.release();
                assertThat(answer.join().headers().firstValue("Set-Cookie").orElseThrow())
                        .contains(id.get());
                await().until(() -> shop.sessions
                        .find(id.get())
                        .orElseThrow()
                        .attribute("b")
                        .isPresent());
            }
        }
    }

    @Test
    void anObjectThatWasChangedIsSavedWhenItIsSetOrComparedAtTheEnd(Standalone redis) {
        try (Shop plain = Shop.open(redis.uri());
                Shop comparing =
                        Shop.open(redis.uri(), SessionOptions.DEFAULTS, Shop.PLAIN.withComparing(Shop.CODEC))) {
            Browser browser = new Browser();
            browser.get(plain.at("/buy?item=shoes"));
            browser.get(plain.at("/buy?item=lost"));
            assertThat(browser.get(plain.at("/cart"))).isEqualTo("[shoes]");
            browser.get(comparing.at("/buy?item=hat"));
            browser.get(comparing.at("/buy?item=tie"));
            assertThat(browser.get(plain.at("/cart"))).isEqualTo("[shoes, hat, tie]");
            assertThat(browser.get(comparing.at("/cart"))).isEqualTo("[shoes, hat, tie]");
        }
    }

    @Test
    void asynchronousRequestsAndErrorPagesAndForwardsHaveTheSameSession(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            Browser browser = new Browser();
            assertThat(browser.get(shop.at("/async"))).isEqualTo("done");
            assertThat(browser.get(shop.at("/get?name=how"))).isEqualTo("asynchronously");
            assertThat(browser.get(shop.at("/dispatched"))).isEqualTo("kept");
            assertThat(browser.get(shop.at("/get?name=how"))).isEqualTo("dispatched");
            assertThat(browser.get(shop.at("/forward?name=a&value=b"))).isEqualTo("set");
            assertThat(browser.get(shop.at("/get?name=a"))).isEqualTo("b");

            HttpResponse<String> failed = browser.response(shop.at("/fail"));
            assertThat(failed.statusCode()).isEqualTo(500);
            assertThat(failed.body()).isEqualTo("sorry, ann");
            assertThat(browser.get(shop.at("/get?name=user"))).isEqualTo("ann");

            Browser fresh = new Browser();
            HttpResponse<String> refused = fresh.response(shop.at("/refuse"));
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).isEqualTo("sorry, bob");
            assertThat(fresh.get(shop.at("/get?name=user"))).isEqualTo("bob");
            assertThat(fresh.get(shop.at("/redirect"))).isEqualTo("cleo");

            Browser forwarded = new Browser();
            forwarded.get(shop.at("/forward?name=a&value=b"));
            assertThat(forwarded.get(shop.at("/get?name=a"))).isEqualTo("b");
            Browser asynchronous = new Browser();
            asynchronous.get(shop.at("/async"));
            assertThat(asynchronous.get(shop.at("/get?name=how"))).isEqualTo("asynchronously");
        }
    }

    @Test
    void cookiesOfTheApplicationStayAndAResetKeepsTheSession(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            shop.on("/cookies", (request, response) -> {
                response.addCookie(new Cookie("first", "1"));
                request.getSession();
                response.addCookie(new Cookie("second", "2"));
                request.changeSessionId();
            });
            assertThat(new Browser().response(shop.at("/cookies")).headers().allValues("Set-Cookie"))
                    .extracting(each -> each.substring(0, each.indexOf('=')))
                    .containsExactlyInAnyOrder("first", "second", "SESSION");
            shop.on("/reset", (request, response) -> {
                request.getSession().setAttribute("a", "b");
                response.getWriter().print("x".repeat(1_000));
                response.reset();
                response.getWriter().print("again");
            });
            Browser browser = new Browser();
            assertThat(browser.get(shop.at("/reset"))).isEqualTo("again");
            assertThat(browser.get(shop.at("/get?name=a"))).isEqualTo("b");
            shop.on("/brief", (request, response) -> {
                request.getSession().setAttribute("a", "b");
                request.getSession().invalidate();
            });
            Browser another = new Browser();
            another.get(shop.at("/brief"));
            assertThat(another.id()).isEmpty();
        }
    }

    @Test
    void whatAnAsynchronousRequestSetBeforeItsTimeLimitIsSaved(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri())) {
            shop.on("/stuck", (request, response) -> {
                request.startAsync().setTimeout(50);
                request.getSession().setAttribute("a", "b");
            });
            Browser browser = new Browser();
            browser.get(shop.at("/set?name=user&value=ann"));
            assertThat(browser.response(shop.at("/stuck")).statusCode()).isEqualTo(500);
            await().until(() -> browser.get(shop.at("/get?name=a")).equals("b"));
        }
    }

    @Test
    void se6_readingKeepsASessionAliveAndIsSentOnlyWhenItIsDue(Standalone redis) {
        try (Shop often = Shop.open(redis.uri(), SessionOptions.DEFAULTS.withTouchEvery(Duration.ZERO), Shop.PLAIN);
                Shop seldom = Shop.open(redis.uri())) {
            Browser browser = new Browser();
            browser.get(often.at("/set?name=a&value=b"));
            Instant first = often.sessions.find(browser.id()).orElseThrow().accessed();
            browser.get(seldom.at("/get?name=a"));
            assertThat(often.sessions.find(browser.id()).orElseThrow().accessed())
                    .isEqualTo(first);
            await().until(() -> {
                browser.get(often.at("/get?name=a"));
                return often.sessions
                        .find(browser.id())
                        .orElseThrow()
                        .accessed()
                        .isAfter(first);
            });
        }
        SessionOptions brief = SessionOptions.DEFAULTS.withIdle(Duration.ofMillis(100));
        try (Shop shop = Shop.open(redis.uri(), brief, Shop.PLAIN)) {
            Browser browser = new Browser();
            browser.get(shop.at("/set?name=a&value=b"));
            String id = browser.id();
            await().until(() -> shop.sessions.find(id).isEmpty());
            assertThat(browser.get(shop.at("/get?name=a"))).isEqualTo("no session");
            browser.get(shop.at("/set?name=a&value=b"));
            assertThat(browser.id()).isNotEqualTo(id);
        }
    }
}
