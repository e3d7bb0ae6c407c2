package dev.keywright.session.servlet;

import dev.keywright.Keywright;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.session.Saved;
import dev.keywright.session.SessionOptions;
import dev.keywright.session.SessionStore;
import dev.keywright.session.StoredSession;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;

/** A small shop: a page, a cart, a login; and what a test asks of a servlet beside that. */
final class Shop implements AutoCloseable {

    record Cart(ArrayList<String> items) implements Serializable {}

    static final Codec<Object> CODEC =
            Codecs.java(Object.class, Cart.class, ArrayList.class, Integer.class, Number.class);
    static final SessionFilterOptions PLAIN =
            SessionFilterOptions.DEFAULTS.withCookie(SessionCookie.DEFAULTS.overHttp());

    private static final Logger TOMCAT = Logger.getLogger("org.apache");

    static {
        TOMCAT.setLevel(Level.OFF);
    }

    /** What a servlet does. */
    interface Action {
        void answer(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException;
    }

    final Keywright kw;
    final SessionStore<Object> sessions;
    private final Tomcat tomcat = new Tomcat();
    private final Map<String, Action> actions = new ConcurrentHashMap<>();

    private Shop(String uri, SessionOptions sessionOptions, SessionFilterOptions options, EventListener... listeners) {
        kw = Keywright.connect(uri);
        sessions = kw.sessions("shop", sessionOptions, CODEC);
        tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", System.getProperty("java.io.tmpdir"));
        HttpServlet servlet = new HttpServlet() {
            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response)
                    throws ServletException, IOException {
                response.setContentType("text/plain");
                actions.getOrDefault(request.getServletPath(), Shop::unknown).answer(request, response);
            }
        };
        Wrapper shop = Tomcat.addServlet(context, "shop", servlet);
        shop.setAsyncSupported(true);
        shop.addMapping("/");
        ErrorPage page = new ErrorPage();
        page.setLocation("/sorry");
        context.addErrorPage(page);
        context.addServletContainerInitializer(
                (classes, application) -> new SessionFilter(sessions, options, listeners).register(application),
                Set.of());
        sell();
    }

    static Shop open(
            String uri, SessionOptions sessionOptions, SessionFilterOptions options, EventListener... listeners) {
        Shop shop = new Shop(uri, sessionOptions, options, listeners);
        try {
            shop.tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
        return shop;
    }

    static Shop open(String uri) {
        return open(uri, SessionOptions.DEFAULTS, PLAIN);
    }

    URI at(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + pathAndQuery);
    }

    Shop on(String path, Action action) {
        actions.put(path, action);
        return this;
    }

    private static void unknown(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }

    private void sell() {
        on("/", (request, response) -> page(request, response.getWriter()));
        on("/plain", (request, response) -> response.getWriter().print("no session needed"));
        on("/set", (request, response) -> {
            request.getSession().setAttribute(request.getParameter("name"), request.getParameter("value"));
            response.getWriter().print("set");
        });
        on("/get", (request, response) -> {
            HttpSession session = request.getSession(false);
            response.getWriter()
                    .print(session == null ? "no session" : session.getAttribute(request.getParameter("name")));
        });
        on("/add", (request, response) -> {
            HttpSession session = request.getSession();
            String counter = request.getParameter("to");
            int now = session.getAttribute(counter) instanceof Integer before ? before + 1 : 1;
            session.setAttribute(counter, now);
            response.getWriter().print(now);
        });
        on("/login", (request, response) -> {
            HttpSession session = request.getSession();
            request.changeSessionId();
            StoredSession<Object> stored = SessionFilter.stored(session);
            stored.setIndex("user", request.getParameter("user"));
            session.setAttribute("user", request.getParameter("user"));
            response.getWriter().print(stored.save() == Saved.DONE ? "welcome" : "too many sessions");
        });
        on("/logout", (request, response) -> {
            HttpSession session = request.getSession(false);
            if (session != null) {
                session.invalidate();
            }
            response.getWriter().print("bye");
        });
        on("/logout-everywhere", (request, response) -> {
            Object user = request.getSession().getAttribute("user");
            request.getSession().invalidate();
            response.getWriter().print(1 + sessions.deleteAll("user", user.toString()));
        });
        on("/buy", (request, response) -> { // the object is changed, and not set again
            HttpSession session = request.getSession();
            Cart cart = (Cart) session.getAttribute("cart");
            if (cart == null) {
                session.setAttribute("cart", new Cart(new ArrayList<>(List.of(request.getParameter("item")))));
            } else {
                cart.items().add(request.getParameter("item"));
            }
        });
        on(
                "/cart",
                (request, response) ->
                        response.getWriter().print(((Cart) request.getSession().getAttribute("cart")).items()));
        on("/sorry", (request, response) -> {
            HttpSession session = request.getSession(false);
            response.getWriter()
                    .print("sorry, " + (session == null ? "stranger" : session.getAttribute("user"))
                            + (request.getDispatcherType() == DispatcherType.ERROR ? "" : "?"));
        });
        on("/fail", (request, response) -> {
            request.getSession().setAttribute("user", "ann");
            throw new ServletException("meant to fail");
        });
        on("/refuse", (request, response) -> {
            request.getSession().setAttribute("user", "bob");
            response.sendError(HttpServletResponse.SC_CONFLICT);
        });
        on("/redirect", (request, response) -> {
            request.getSession().setAttribute("user", "cleo");
            response.sendRedirect("/get?name=user");
        });
        on(
                "/forward",
                (request, response) -> request.getRequestDispatcher("/set").forward(request, response));
        on("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            async.start(() -> {
                request.getSession().setAttribute("how", "asynchronously");
                try {
                    async.getResponse().getWriter().print("done");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                async.complete();
            });
        });
        on("/dispatched", (request, response) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                request.getSession().setAttribute("how", "dispatched");
                response.getWriter().print(request.getSession().getAttribute("before"));
            } else {
                AsyncContext async = request.startAsync();
                request.getSession().setAttribute("before", "kept");
                async.start(async::dispatch);
            }
        });
    }

    private static void page(HttpServletRequest request, PrintWriter page) {
        HttpSession session = request.getSession(false);
        if (session == null) {
            page.print("Welcome, stranger");
            return;
        }
        page.println("Welcome, " + session.getAttribute("user"));
        Collections.list(session.getAttributeNames())
                .forEach(name -> page.println(name + ": " + session.getAttribute(name)));
    }

    /** A servlet that stops in the middle, until it may go on. */
    static final class Gate implements Action {
        final Semaphore reached = new Semaphore(0);
        final Semaphore open = new Semaphore(0);
        private final Action before;
        private final Action after;

        Gate(Action before, Action after) {
            this.before = before;
            this.after = after;
        }

        @Override
        public void answer(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            before.answer(request, response);
            reached.release();
            open.acquireUninterruptibly();
            after.answer(request, response);
        }
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        } finally {
            kw.close();
        }
    }
}
