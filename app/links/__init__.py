"""Every signed token. What is signed is small numbers; nothing personal is ever in one."""
