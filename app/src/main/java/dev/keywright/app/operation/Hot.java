package dev.keywright.app.operation;

import dev.keywright.ops.hot.HotKeys;
import dev.keywright.ops.hot.HotOptions;
import dev.keywright.ops.hot.HotReport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Says which keys and commands of servers that run are hot. */
public final class Hot {

    /**
     * @param monitor whether MONITOR may be used
     * @param time to listen to each server
     * @param mostCommands listening ends earlier after so many
     * @param top how many keys to tell
     */
    public record Request(String uri, boolean monitor, Duration time, long mostCommands, int top) {}

    /** What is hot. */
    public record Result(HotReport report) {}

    private final CountDownLatch stop = new CountDownLatch(1);

    /** Ends the listening early; what was heard is told. Any thread. */
    public void stop() {
        stop.countDown();
    }

    /** @throws UserError when the request makes no sense */
    public Result run(Request request, Consumer<String> progress) {
        HotOptions options;
        try {
            options = new HotOptions(
                    request.monitor(),
                    request.time(),
                    request.mostCommands(),
                    request.top(),
                    HotOptions.DEFAULTS.scanned());
        } catch (IllegalArgumentException e) {
            throw new UserError("It cannot be done: " + e.getMessage() + ".", e);
        }
        return new Result(HotKeys.look(request.uri(), options, progress, stop));
    }
}
