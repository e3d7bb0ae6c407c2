package dev.keywright.pubsub.browser;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.pubsub.DurableTopic;
import dev.keywright.pubsub.Gap;
import dev.keywright.pubsub.Message;
import dev.keywright.pubsub.Start;
import dev.keywright.pubsub.Topic;
import dev.keywright.pubsub.TopicListener;
import dev.keywright.pubsub.browser.Ring.Frame;
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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * An example: brings a topic to browsers as server-sent events ({@code GET /events}), with a page that shows them ({@code GET /}). One
 * subscription and one thread serve all browsers; a message is written down once, in a ring of the newest {@value #KEPT} which all read.
 * A browser that reads so slowly that the ring overtakes it gets an event {@code gap}, as all do when the topic tells one.
 *
 * <ul>
 *   <li>A browser opens a broken connection again by itself.
 *   <li>Of a {@link Topic} it then gets what is published from then on.
 *   <li>Of a {@link DurableTopic} it goes on after the last message it had ({@code Last-Event-ID}), also when the bridge was
 *       restarted; one that is new begins with the ring.
 * </ul>
 *
 * <p>It listens on loopback and leaves TLS, logins and compression to the proxy before it.
 */
public final class EventBridge implements AutoCloseable {

    private static final int KEPT = 1_000;
    private static final int LONGEST_REQUEST = 8 * 1024;
    private static final long BREATH = 15_000; // ms; proxies close what is silent for long
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                    + "X-Accel-Buffering: no\r\nConnection: close\r\n\r\nretry: 1000\n\n";
    private static final Frame GAP = frame("gap", Optional.empty(), "messages may be missing");
    private static final Frame ALIVE = new Frame(Optional.empty(), ByteBuffer.wrap(":\n\n".getBytes(US_ASCII)));

    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Queue<Frame> news = new ConcurrentLinkedQueue<>();
    private final Ring ring = new Ring(KEPT); // of the one thread
    private final Set<Browser> browsers = new HashSet<>(); // of the one thread
    private final boolean durable;
    private final AutoCloseable subscription;
    private final Thread thread;
    private volatile int connected;
    private volatile boolean closed;

    /** @param port 0 for any that is free */
    public EventBridge(Topic<String> topic, int port) throws IOException {
        this(topic::subscribe, false, port);
    }

    /** @param port 0 for any that is free */
    public EventBridge(DurableTopic<String> topic, int port) throws IOException {
        this(listener -> topic.subscribe(Start.beginning(), listener), true, port);
    }

    private EventBridge(Function<TopicListener<String>, AutoCloseable> subscribing, boolean durable, int port)
            throws IOException {
        this.durable = durable;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        subscription = subscribing.apply(new TopicListener<>() {
            @Override
            public void message(Message<String> message) {
                send(frame("message", message.id(), message.value()));
            }

            @Override
            public void gap(Gap gap) {
                send(GAP);
            }
        });
        thread = new Thread(this::run, "browsers");
        thread.start();
    }

    /** Arguments: the URI of Redis, the name of the topic, the port; and {@code durable} for a durable topic. */
    public static void main(String[] arguments) throws Exception {
        try (Keywright kw = Keywright.connect(arguments[0])) {
            String topic = arguments[1];
            int port = Integer.parseInt(arguments[2]);
            boolean durable = arguments.length > 3 && arguments[3].equals("durable");
            try (EventBridge bridge = durable
                    ? new EventBridge(kw.durableTopic(topic, Codecs.string()), port)
                    : new EventBridge(kw.topic(topic, Codecs.string()), port)) {
                System.err.println("Open http://localhost:" + bridge.port() + "/");
                bridge.thread.join();
            }
        }
    }

    public int port() {
        return server.socket().getLocalPort();
    }

    /** How many browsers listen. */
    public int browsers() {
        return connected;
    }

    private static Frame frame(String event, Optional<String> id, String text) {
        StringBuilder frame = new StringBuilder("event: ").append(event);
        id.ifPresent(known -> frame.append("\nid: ").append(known));
        text.lines().forEach(line -> frame.append("\ndata: ").append(line));
        ByteBuffer bytes = ByteBuffer.wrap(frame.append("\n\n").toString().getBytes(UTF_8));
        return new Frame(id.flatMap(Ring.Id::parse), bytes.asReadOnlyBuffer());
    }

    private void send(Frame frame) {
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
                if (!news.isEmpty()) {
                    for (Frame frame = news.poll(); frame != null; frame = news.poll()) {
                        ring.add(frame);
                    }
                    List.copyOf(browsers).forEach(Browser::call);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            selector.keys().forEach(this::end);
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

    /** One connection: reads a request, and then writes what the ring has, from its own place on. */
    private final class Browser {

        private final SocketChannel channel;
        private final SelectionKey key;
        private StringBuilder request = new StringBuilder();
        private ByteBuffer writing = ByteBuffer.allocate(0);
        private boolean listens;
        /** The next frame's. */
        private long number;
        /** What it had before; of the ring it gets what came later. */
        private Optional<Ring.Id> had = Optional.empty();

        Browser(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }

        void read() throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            if (channel.read(buffer) < 0) {
                end(key);
            } else if (!listens) { // who listens has nothing more to say
                request.append(US_ASCII.decode(buffer.flip()));
                if (request.indexOf("\r\n\r\n") >= 0) {
                    answer(request.toString());
                } else if (request.length() > LONGEST_REQUEST) {
                    end(key);
                }
            }
        }

        private void answer(String asked) throws IOException {
            request = new StringBuilder(0);
            if (asked.startsWith("GET /events ")) {
                listens = true;
                begin(asked);
                browsers.add(this);
                connected = browsers.size();
            } else {
                byte[] page = asked.startsWith("GET / ") ? page() : new byte[0];
                String head = "HTTP/1.1 " + (page.length > 0 ? "200 OK" : "404 Not Found")
                        + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + page.length
                        + "\r\nConnection: close\r\n\r\n";
                writing = ByteBuffer.allocate(head.length() + page.length)
                        .put(head.getBytes(US_ASCII))
                        .put(page)
                        .flip();
            }
            write();
        }

        private void begin(String asked) {
            had = asked.lines()
                    .filter(line -> line.regionMatches(true, 0, "Last-Event-ID:", 0, 14))
                    .findFirst()
                    .flatMap(line -> Ring.Id.parse(line.substring(14).strip()));
            number = durable ? ring.begin() : ring.end();
            String head = had.isPresent() && !ring.reachesBackTo(had.get())
                    ? STREAM + US_ASCII.decode(GAP.bytes().duplicate())
                    : STREAM;
            writing = ByteBuffer.wrap(head.getBytes(US_ASCII));
        }

        /** There may be something new; who is being written to gets it in its turn. */
        void call() {
            if (key.isValid() && !writing.hasRemaining()) {
                try {
                    write();
                } catch (IOException gone) {
                    end(key);
                }
            }
        }

        void write() throws IOException {
            while (writing.hasRemaining() || next()) {
                channel.write(writing);
                if (writing.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
            }
            key.interestOps(SelectionKey.OP_READ);
            if (!listens) {
                end(key);
            }
        }

        private boolean next() {
            if (listens && number < ring.begin()) {
                number = ring.begin();
                writing = GAP.bytes().duplicate();
                return true;
            }
            while (listens && number < ring.end()) {
                Frame frame = ring.at(number++);
                if (had.isEmpty() || frame.id().isEmpty() || frame.id().get().isAfter(had.get())) {
                    writing = frame.bytes().duplicate();
                    return true;
                }
            }
            return false;
        }
    }

    private static byte[] page() throws IOException {
        try (InputStream page = Objects.requireNonNull(EventBridge.class.getResourceAsStream("page.html"))) {
            return page.readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IOException(e);
        }
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
