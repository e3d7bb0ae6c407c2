package dev.keywright.connection;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Calls that meet in one turn of the event loop leave together, a few at a time: one system call for each costs a quarter
 * more of the client's CPU time with 8 threads, and one for all of them leaves the server without work until the last is
 * written. Measured with 2 to 256 at a time; see {@code docs/measurements.md}.
 */
final class FlushTogether implements NettyCustomizer {

    private static final int AT_A_TIME = 4;

    @Override
    public void afterChannelInitialized(Channel channel) {
        channel.pipeline().addFirst(new FlushConsolidationHandler(AT_A_TIME, true));
    }
}
