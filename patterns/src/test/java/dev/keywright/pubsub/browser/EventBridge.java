package dev.keywright.pubsub.browser;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.pubsub.AtMostOnceSubscription;
import dev.keywright.pubsub.Gap;
import dev.keywright.pubsub.Message;
import dev.keywright.pubsub.Topic;
import dev.keywright.pubsub.TopicListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An example: brings a topic to browsers as server-sent events ({@code GET /events}), with a page that shows them ({@code GET /}). One
 * subscription and one thread serve all browsers; a message is written down once for all of them. A browser that reads too slowly has a
 * bounded queue: the oldest messages go, and it gets an event {@code gap}, as all do when the topic tells one. A browser opens a broken
 * connection again by itself, and begins with what is published then.
 *
 * <p>It listens on loopback and leaves TLS, logins and compression to the proxy before it.
 */
public final class EventBridge implements AutoCloseable {

    private static final int MOST_WAITING = 100;
    private static final int LONGEST_REQUEST = 8 * 1024;
    private static final long BREATH = 15_000; // ms; proxies close what is silent for long
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                    + "X-Accel-Buffering: no\r\nConnection: close\r\n\r\nretry: 1000\n\n";
    private static final ByteBuffer GAP = frame("gap", "messages may be missing");
    private static final ByteBuffer ALIVE = ByteBuffer.wrap(":\n\n".getBytes(US_ASCII));

    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Queue<ByteBuffer> news = new ConcurrentLinkedQueue<>();
    private final Set<Browser> browsers = new HashSet<>(); // of the one thread
    private final AtMostOnceSubscription subscription;
    private final Thread thread;
    private volatile int connected;
    private volatile boolean closed;

    /** @param port 0 for any that is free */
    public EventBridge(Topic<String> topic, int port) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        subscription = topic.subscribe(new TopicListener<>() {
            @Override
            public void message(Message<String> message) {
                send(frame("message", message.value()));
            }

            @Override
            public void gap(Gap gap) {
                send(GAP);
            }
        });
        thread = new Thread(this::run, "browsers");
        thread.start();
    }

    public int port() {
        return server.socket().getLocalPort();
    }

    /** How many browsers listen. */
    public int browsers() {
        return connected;
    }

    private static ByteBuffer frame(String event, String text) {
        StringBuilder frame = new StringBuilder("event: ").append(event);
        text.lines().forEach(line -> frame.append("\ndata: ").append(line));
        return ByteBuffer.wrap(frame.append("\n\n").toString().getBytes(UTF_8)).asReadOnlyBuffer();
    }

    private void send(ByteBuffer frame) {
        news.add(frame);
        selector.wakeup();
    }

    private void run() {
        long breathed = System.nanoTime();
        try {
            while (!closed) {
                selector.select(this::serve, 1_000);
                if (System.nanoTime() - breathed > BREATH * 1_000_000) {
                    breathed = System.nanoTime();
                    news.add(ALIVE);
                }
                for (ByteBuffer frame = news.poll(); frame != null; frame = news.poll()) {
                    for (Browser browser : Set.copyOf(browsers)) {
                        browser.offer(frame);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            selector.keys().forEach(key -> end(key));
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                Browser browser = (Browser) key.attachment();
                if (key.isReadable()) {
                    browser.read();
                }
                if (key.isValid() && key.isWritable()) {
                    browser.write();
                }
            }
        } catch (IOException gone) {
            end(key);
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new Browser(channel, key));
        }
    }

    private void end(SelectionKey key) {
        key.cancel();
        if (key.attachment() instanceof Browser browser && browsers.remove(browser)) {
            connected = browsers.size();
        }
        try {
            key.channel().close();
        } catch (IOException e) {
            // it is gone
        }
    }

    /** One connection: reads a request, and then writes what waits. */
    private final class Browser {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final StringBuilder request = new StringBuilder();
        private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
        private boolean answered;
        private boolean last;

        Browser(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }

        void read() throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            if (channel.read(buffer) < 0) {
                end(key);
                return;
            }
            if (answered) {
                return; // there is nothing more to say
            }
            request.append(US_ASCII.decode(buffer.flip()));
            if (request.indexOf("\r\n\r\n") >= 0) {
                answer(request.substring(0, request.indexOf("\r\n")));
            } else if (request.length() > LONGEST_REQUEST) {
                end(key);
            }
        }

        private void answer(String line) throws IOException {
            answered = true;
            if (line.startsWith("GET /events ")) {
                waiting.add(ByteBuffer.wrap(STREAM.getBytes(US_ASCII)));
                browsers.add(this);
                connected = browsers.size();
            } else {
                last = true;
                byte[] page = line.startsWith("GET / ") ? page() : new byte[0];
                String head = "HTTP/1.1 " + (page.length > 0 ? "200 OK" : "404 Not Found")
                        + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + page.length
                        + "\r\nConnection: close\r\n\r\n";
                waiting.add(ByteBuffer.wrap(head.getBytes(US_ASCII)));
                waiting.add(ByteBuffer.wrap(page));
            }
            write();
        }

        void offer(ByteBuffer frame) {
            if (waiting.size() >= MOST_WAITING) {
                ByteBuffer begun = waiting.remove(); // part of it may be on its way
                waiting.clear();
                waiting.add(begun);
                waiting.add(GAP.duplicate());
            }
            waiting.add(frame.duplicate());
            if (waiting.size() == 1) {
                try {
                    write();
                } catch (IOException gone) {
                    end(key);
                }
            }
        }

        void write() throws IOException {
            while (!waiting.isEmpty()) {
                ByteBuffer first = waiting.element();
                channel.write(first);
                if (first.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
                waiting.remove();
            }
            key.interestOps(SelectionKey.OP_READ);
            if (last) {
                end(key);
            }
        }
    }

    private static byte[] page() throws IOException {
        try (InputStream page = Objects.requireNonNull(EventBridge.class.getResourceAsStream("page.html"))) {
            return page.readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        subscription.close();
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.close();
    }
}
