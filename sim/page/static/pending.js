// The busy state of a control.
import { toast } from './toast.js';

/** pending shows that control is at work until job has ended; a failure becomes a toast. Resolves to the job's result, or null. */
export async function pending(control, job) {
  if (control.getAttribute('aria-busy') === 'true') return null;
  control.setAttribute('aria-busy', 'true');
  try {
    return await job();
  } catch (error) {
    toast(error.message, 'error');
    return null;
  } finally {
    control.removeAttribute('aria-busy');
  }
}
