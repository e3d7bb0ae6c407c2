/** Redis patterns that stay right under concurrency, crashes and failover. */
@org.jspecify.annotations.NullMarked
module dev.keywright {
    requires static com.fasterxml.jackson.core;
    requires static com.fasterxml.jackson.databind;
    requires static com.fasterxml.jackson.dataformat.cbor;
    requires static com.fasterxml.jackson.dataformat.smile;
    requires static com.github.benmanes.caffeine;
    requires static com.github.luben.zstd_jni;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires static transitive java.sql;
    requires lettuce.core;
    requires static org.lz4.java;
    requires org.reactivestreams;
    requires reactor.core;
    requires static org.jspecify;

    exports dev.keywright;
    exports dev.keywright.autocomplete;
    exports dev.keywright.cache;
    exports dev.keywright.cache.annotation;
    exports dev.keywright.cache.jdbc;
    exports dev.keywright.cart;
    exports dev.keywright.codec;
    exports dev.keywright.compare;
    exports dev.keywright.connection;
    exports dev.keywright.counter;
    exports dev.keywright.election;
    exports dev.keywright.feed;
    exports dev.keywright.flag;
    exports dev.keywright.follow;
    exports dev.keywright.geo;
    exports dev.keywright.inventory;
    exports dev.keywright.inventory.jdbc;
    exports dev.keywright.job;
    exports dev.keywright.job.jdbc;
    exports dev.keywright.key;
    exports dev.keywright.keyspace;
    exports dev.keywright.leaderboard;
    exports dev.keywright.limit;
    exports dev.keywright.lock;
    exports dev.keywright.lock.jdbc;
    exports dev.keywright.once;
    exports dev.keywright.once.jdbc;
    exports dev.keywright.presence;
    exports dev.keywright.pubsub;
    exports dev.keywright.queue;
    exports dev.keywright.redlock;
    exports dev.keywright.script;
    exports dev.keywright.semaphore;
    exports dev.keywright.session;
    exports dev.keywright.stream;
    exports dev.keywright.tag;
    exports dev.keywright.unique;
}
