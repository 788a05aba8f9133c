"""How gunicorn serves the application, on one machine or many.

HOST and PORT say where (a TLS proxy stands in front), WEB_PROCESSES and WEB_THREADS how wide.
"""

import os

# SQLite has one writer: one process with many threads. PostgreSQL takes as many processes as there are cores.
embedded = not os.environ.get("DATABASE_URL", "").startswith("postgres")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8080')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "1" if embedded else "2"))
threads = int(os.environ.get("WEB_THREADS", "8" if embedded else "4"))
timeout = 30
graceful_timeout = 10
# Its default is a socket in the home folder, which a service account may not have.
control_socket_disable = True
