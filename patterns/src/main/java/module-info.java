/** Redis patterns that stay right under concurrency, crashes and failover. */
@org.jspecify.annotations.NullMarked
module dev.keywright {
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires lettuce.core;
    requires org.reactivestreams;
    requires reactor.core;
    requires static org.jspecify;

    exports dev.keywright;
    exports dev.keywright.connection;
    exports dev.keywright.key;
    exports dev.keywright.limit;
}
