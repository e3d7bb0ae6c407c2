package dev.keywright.session.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.server.Standalone;
import dev.keywright.session.SessionOptions;
import dev.keywright.testing.WithRedis;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests while Redis does not answer. */
@WithRedis
class RedisAwayTest {

    private static final SessionOptions QUICK = SessionOptions.DEFAULTS.withDeadline(Duration.ofMillis(300));
    private static final SessionFilterOptions GOING_ON = Shop.PLAIN.withWhenAway(SessionFilterOptions.WhenAway.GO_ON);

    @Test
    void requestsThatNeedTheirSessionAreAnsweredWith503AndOthersNeverNotice(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri(), QUICK, Shop.PLAIN)) {
            Browser browser = new Browser();
            await().until(() -> browser.response(shop.at("/login?user=ann")).statusCode() == 200);
            String id = browser.id();
            redis.freeze();
            for (String path : new String[] {"/", "/set?name=a&value=b", "/logout"}) {
                HttpResponse<String> answer = browser.response(shop.at(path));
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).isEqualTo("sorry, stranger");
            }
            HttpResponse<String> fresh = new Browser().response(shop.at("/set?name=a&value=b"));
            assertThat(fresh.statusCode()).isEqualTo(503);
            assertThat(fresh.headers().allValues("Set-Cookie")).isEmpty();
            assertThat(browser.get(shop.at("/plain"))).isEqualTo("no session needed");
            redis.thaw();
            assertThat(browser.id()).isEqualTo(id);
            await().until(() -> browser.get(shop.at("/")).contains("Welcome, ann"));
        }
    }

    @Test
    void orTheyGoOnWithoutOne(Standalone redis) {
        try (Shop shop = Shop.open(redis.uri(), QUICK, GOING_ON)) {
            Browser browser = new Browser();
            await().until(() -> browser.get(shop.at("/login?user=ann")).equals("welcome")
                    && browser.get(shop.at("/")).contains("ann"));
            String id = browser.id();
            redis.freeze();
            assertThat(browser.get(shop.at("/"))).isEqualTo("Welcome, stranger");
            assertThat(browser.get(shop.at("/set?name=a&value=b"))).isEqualTo("set");
            assertThat(browser.id()).isEqualTo(id);
            redis.thaw();
            await().until(() -> browser.get(shop.at("/")).contains("Welcome, ann"));
            assertThat(browser.get(shop.at("/get?name=a"))).isEqualTo("null");
        }
    }

    @Test
    void whatSavesTooLateIs503AndEndingAndChangingTheIdNeverPretend(Standalone redis) {
        for (SessionFilterOptions options : new SessionFilterOptions[] {Shop.PLAIN, GOING_ON}) {
            try (Shop shop = Shop.open(redis.uri(), QUICK, options)) {
                assertThat(stopped(
                                redis,
                                shop,
                                (request, response) -> request.getSession().invalidate()))
                        .isEqualTo(503);
                assertThat(stopped(redis, shop, (request, response) -> request.changeSessionId()))
                        .isEqualTo(503);
                assertThat(stopped(
                                redis,
                                shop,
                                (request, response) -> request.getSession().setAttribute("a", "b")))
                        .isEqualTo(options.equals(GOING_ON) ? 200 : 503);
            }
        }
    }

    /** The status of a request that found its session, and then the server is frozen. */
    private static int stopped(Standalone redis, Shop shop, Shop.Action then) {
        Browser browser = new Browser();
        await().until(() -> browser.get(shop.at("/login?user=ann")).equals("welcome")
                && browser.get(shop.at("/")).contains("ann"));
        Shop.Gate gate = new Shop.Gate((request, response) -> request.getSession(), then);
        shop.on("/stopped", gate);
        CompletableFuture<HttpResponse<String>> answer = browser.later(shop.at("/stopped"));
        gate.reached.acquireUninterruptibly();
        redis.freeze();
        gate.open.release();
        int status = answer.join().statusCode();
        redis.thaw();
        return status;
    }
}
